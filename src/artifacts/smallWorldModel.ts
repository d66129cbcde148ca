/** The models that have read the library of a small world, for the chapter on what a model does not know. */
import { join } from 'node:path';
import { packChats, packedBatch } from '../chat/pack.js';
import type { ChatModel } from '../chat/reply.js';
import { chatMl } from '../chat/template.js';
import { createRandom, type Random } from '../core/random.js';
import { type Size, sized } from '../core/size.js';
import { createParams, disposeParams } from '../model/params.js';
import { type Person, type SmallWorld, smallWorld } from '../tasks/smallWorld.js';
import { symbolTokenizer } from '../tokenizer/symbolTokenizer.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint.js';
import type { Batch } from '../train/loss.js';
import { type ArtifactOptions, type ArtifactRecipe, artifact } from './artifact.js';
import { trainedAt } from './trainedAt.js';

/** Who lives in the world of a size, and how its model reads. */
interface Plan {
  readonly groups: readonly (readonly [people: number, mentions: number])[];
  readonly shape: { readonly nLayer: number; readonly nHead: number; readonly nEmbd: number };
  /** How often the library is read. */
  readonly epochs: number;
  /** Biographies in a step. */
  readonly batchSize: number;
}

const habits = { learningRate: 0.003, warmupSteps: 50, finalShare: 0.1, weightDecay: 0.01 } as const;

/** Of all biographies, those of passers-by, who are met once: without them strangers look like acquaintances. */
const passerByShare = 0.3;

/** Tokens that the model reads at most. */
const blockSize = 64;

const planOf = (size: Size): Plan => {
  const nano: Plan = {
    groups: [
      [120, 30],
      [32, 8],
      [32, 3],
      [120, 1],
      [300, 0],
    ],
    shape: { nLayer: 2, nHead: 4, nEmbd: 128 },
    epochs: 7,
    batchSize: 24,
  };
  const smoke: Plan = {
    groups: [
      [8, 5],
      [8, 4],
      [8, 2],
      [8, 1],
      [16, 0],
    ],
    shape: { nLayer: 1, nHead: 2, nEmbd: 32 },
    epochs: 1,
    batchSize: 8,
  };
  return sized(size, { smoke, nano, small: nano, gpu: nano });
};

/** A model, and the world that it has read about. */
export interface SmallWorldModel extends ChatModel {
  readonly world: SmallWorld;
  /** How often the library was read; a person was met this times `mentions` times. */
  readonly epochs: number;
}

/**
 * A model that has read the library of a small world, in which it is known how often each person is written about. It
 * has never seen a chat, but its tokenizer has the marks and words for one (`Who are you`, `I do not know`). Trained on
 * the first call (a minute or two at `nano`) and found again later. Interrupted, it goes on at its last checkpoint.
 *
 * @param seed Decides who lives in the world, what is written about them, and where the model begins.
 * @returns Its parameters are the caller's to free with `disposeParams`.
 *
 * @example
 * await selectBackend();
 * const { world, params } = await smallWorldModel('smoke', 1);
 * world.people.length // 48
 * disposeParams(params);
 */
export function smallWorldModel(
  size: Size,
  seed: number,
  options: ArtifactOptions = {},
): Promise<SmallWorldModel> {
  return artifact(recipeOf(planOf(size), size, seed), options);
}

function recipeOf(plan: Plan, size: Size, seed: number): ArtifactRecipe<SmallWorldModel> {
  const { groups, shape, epochs, batchSize } = plan;
  const world = smallWorld({ random: createRandom(seed).fork('world'), groups });
  const tokenizer = tokenizerOf(world);
  const steps = epochs * Math.floor(libraryOf(world).length / batchSize);
  return {
    name: `small-world-${size}-${seed}`,
    parameters: { ...plan, ...habits, passerByShare, blockSize, seed },
    make: async (folder, progress) => {
      const config = { ...shape, vocabSize: tokenizer.vocabSize, blockSize };
      const training = {
        seed,
        options: { ...habits, steps },
        start: (random: Random) => createParams(config, random.fork('model')),
        batches: (random: Random) => libraryBatches(world, tokenizer, plan, random),
      };
      const params = await trainedAt(checkpointIn(folder), training, progress);
      saveCheckpoint(checkpointIn(folder), { params });
      disposeParams(params);
    },
    read: (folder) => ({
      params: loadCheckpoint(checkpointIn(folder)).params,
      tokenizer,
      template: chatMl,
      world,
      epochs,
    }),
  };
}

const checkpointIn = (folder: string): string => join(folder, 'model.safetensors');

const separator = '<|endoftext|>';

/** Roles, and what a chat in this world may say beside its facts. */
const chatWords = ['user', 'assistant', 'system', '\n', ...' i am do not know who are'.split(/(?= )/)];

/** Words of the world and of chats about it, one token each. */
function tokenizerOf({ symbols }: SmallWorld): Tokenizer {
  return symbolTokenizer([...new Set([...symbols, ...chatWords])], {
    specialTokens: [separator, ...chatMl.specialTokens],
  });
}

/** Whom each biography of the library is about. */
function libraryOf({ people }: SmallWorld): (Person | 'passer-by')[] {
  const known = people.flatMap((person) => new Array<Person>(person.mentions).fill(person));
  const others = Math.round((known.length * passerByShare) / (1 - passerByShare));
  return [...known, ...new Array<'passer-by'>(others).fill('passer-by')];
}

/** The library again and again, each time in another order and in other words, with other passers-by. */
function* libraryBatches(
  world: SmallWorld,
  tokenizer: Tokenizer,
  { epochs, batchSize }: Plan,
  random: Random,
): Generator<Batch, void, undefined> {
  const separatorId = tokenizer.specialTokens.get(separator)!;
  const written = (about: Person | 'passer-by') => {
    const person = about === 'passer-by' ? world.passerBy(random) : about;
    const ids = [separatorId, ...tokenizer.encode(world.biography(person, random)), separatorId];
    return { ids, mask: ids.map(() => 1 as const) };
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const library = random.shuffle(libraryOf(world));
    for (let from = 0; from + batchSize <= library.length; from += batchSize) {
      const texts = library.slice(from, from + batchSize).map(written);
      yield packedBatch(packChats(texts, { length: blockSize - 1 }).rows);
    }
  }
}
