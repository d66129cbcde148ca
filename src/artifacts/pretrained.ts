/**
 * The tokenizer and the base model that the chapters after pretraining begin with: chapter 05's, by the same settings
 * and the same seed.
 */
import { join } from 'node:path';
import { tf } from '../backend/tf.js';
import { createRandom } from '../core/random.js';
import { type Size, sized } from '../core/size.js';
import { type CorpusName, readCorpus } from '../data/corpora/corpora.js';
import type { Document } from '../data/document.js';
import { type GptConfig, gpt2 } from '../model/config.js';
import { createParams, disposeParams, type GptParams } from '../model/params.js';
import type { BpeTokenizer } from '../tokenizer/bpe.js';
import { loadTokenizer, saveTokenizer } from '../tokenizer/files/bpeFile.js';
import { trainBpe } from '../tokenizer/trainBpe.js';
import { randomBatches, splitDocuments, tokenStream } from '../train/batches.js';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint.js';
import {
  type ArtifactOptions,
  type ArtifactProgress,
  type ArtifactRecipe,
  artifact,
  keepArtifact,
} from './artifact.js';
import { trainedAt } from './trainedAt.js';

const seed = 1;
const validationShare = 0.05;
const books = ['sotu', 'moby-dick', 'wordnet', 'factbook'] as const;

/** What a size reads, and with how many tokens. */
const readingOf = (size: Size): { readonly corpora: readonly CorpusName[]; readonly vocabSize: number } =>
  sized(size, {
    smoke: { corpora: ['moby-dick'], vocabSize: 288 },
    nano: { corpora: books, vocabSize: 288 },
    small: { corpora: books, vocabSize: 2048 },
    gpu: { corpora: books, vocabSize: 32768 },
  });

interface Plan {
  readonly shape: Omit<GptConfig, 'vocabSize'>;
  readonly training: {
    readonly steps: number;
    readonly batchSize: number;
    readonly learningRate: number;
    readonly warmupSteps: number;
  };
}

/** The model of a size and how it is trained; where kernels are slow, `nano` is smaller and takes no longer. */
function planOf(size: Size, slow: boolean): Plan {
  const nano: Plan = slow
    ? {
        shape: { blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 64 },
        training: { steps: 2800, batchSize: 8, learningRate: 0.008, warmupSteps: 50 },
      }
    : {
        shape: { blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 },
        training: { steps: 3000, batchSize: 12, learningRate: 0.003, warmupSteps: 100 },
      };
  const { vocabSize: _, ...large } = gpt2.small;
  return sized<Plan>(size, {
    smoke: {
      shape: { blockSize: 32, nLayer: 1, nHead: 2, nEmbd: 32 },
      training: { steps: 60, batchSize: 8, learningRate: 0.01, warmupSteps: 10 },
    },
    nano,
    small: {
      shape: { blockSize: 128, nLayer: 6, nHead: 8, nEmbd: 256 },
      training: { steps: 8000, batchSize: 12, learningRate: 0.001, warmupSteps: 200 },
    },
    gpu: {
      shape: large,
      training: { steps: 18865, batchSize: 16, learningRate: 0.0006, warmupSteps: 700 },
    },
  });
}

/** What all sizes have in common. */
export const habits = { finalShare: 0.05, weightDecay: 0.1, betas: [0.9, 0.95], clipNorm: 1 } as const;

/** A model that was pretrained, with the tokenizer that it reads by. */
export interface BaseModel {
  /** The caller frees them with `disposeParams`. */
  readonly params: GptParams;
  readonly tokenizer: BpeTokenizer;
}

/**
 * The tokenizer of a size, trained on the first call (seconds at `nano`) and found again later.
 *
 * @example
 * const tokenizer = await tokenizerFor('smoke');
 * tokenizer.vocabSize // 288
 */
export function tokenizerFor(size: Size, options: ArtifactOptions = {}): Promise<BpeTokenizer> {
  return artifact(tokenizerRecipe(size), options);
}

function tokenizerRecipe(size: Size): ArtifactRecipe<BpeTokenizer> {
  const reading = readingOf(size);
  return {
    name: `tokenizer-${size}`,
    parameters: { ...reading, seed, validationShare, everyNth: 8 },
    make: (folder) => {
      const texts = trainingDocuments(size).filter((_, nth) => nth % 8 === 0);
      const tokenizer = trainBpe(
        texts.map(({ text }) => text),
        { vocabSize: reading.vocabSize },
      );
      saveTokenizer(tokenizerIn(folder), tokenizer);
    },
    read: (folder) => loadTokenizer(tokenizerIn(folder)),
  };
}

/** The documents on the training side; the others are for validation. */
export function trainingDocuments(size: Size): Document[] {
  const documents = readingOf(size).corpora.flatMap((name) => readCorpus(name));
  const random = createRandom(seed).fork('split');
  return splitDocuments(documents, { share: validationShare, random }).train;
}

/**
 * The base model of a size, pretrained on the first call (two minutes at `nano`) and found again later, on whichever
 * backend runs. Interrupted, it goes on at its last checkpoint.
 *
 * @example
 * await selectBackend();
 * const { params, tokenizer } = await baseModel('smoke');
 * params.config.vocabSize === tokenizer.vocabSize // true
 * disposeParams(params);
 */
export function baseModel(size: Size, options: ArtifactOptions = {}): Promise<BaseModel> {
  return artifact(baseRecipe(size, options), options);
}

/**
 * Keeps the model that chapter 05 has trained before the reader's eyes as the base model of its size, unless there is
 * one, so that no chapter trains it again.
 *
 * @example
 * const { params, tokenizer } = await baseModel('smoke');
 * await keepBaseModel('smoke', { params, tokenizer });
 */
export function keepBaseModel(size: Size, model: BaseModel, options: ArtifactOptions = {}): Promise<void> {
  return keepArtifact(baseRecipe(size, options), (folder) => saveBase(folder, model), options);
}

export function baseRecipe(size: Size, options: ArtifactOptions): ArtifactRecipe<BaseModel> {
  const plan = planOf(size, ['wasm', 'cpu'].includes(tf.getBackend()));
  const reading = readingOf(size);
  return {
    name: `base-model-${size}`,
    parameters: { ...reading, ...plan, ...habits, seed, validationShare },
    make: async (folder, progress) => {
      const tokenizer = await tokenizerFor(size, options);
      const params = await trained(size, plan, tokenizer, checkpointIn(folder), progress);
      saveBase(folder, { params, tokenizer });
      disposeParams(params);
    },
    read: (folder) => ({
      params: loadCheckpoint(checkpointIn(folder)).params,
      tokenizer: loadTokenizer(tokenizerIn(folder)),
    }),
  };
}

function saveBase(folder: string, { params, tokenizer }: BaseModel): void {
  saveTokenizer(tokenizerIn(folder), tokenizer);
  saveCheckpoint(checkpointIn(folder), { params });
}

const tokenizerIn = (folder: string): string => join(folder, 'tokenizer.json');
const checkpointIn = (folder: string): string => join(folder, 'model.safetensors');

/** Trains a model, or what is left of its training. */
function trained(
  size: Size,
  { shape, training }: Plan,
  tokenizer: BpeTokenizer,
  path: string,
  progress: ArtifactProgress,
): Promise<GptParams> {
  const separatorId = tokenizer.specialTokens.get('<|endoftext|>')!;
  const ids = trainingDocuments(size).map(({ text }) => tokenizer.encode(text));
  const stream = tokenStream(ids, { separatorId, vocabSize: tokenizer.vocabSize });
  return trainedAt(
    path,
    {
      seed,
      options: { ...training, ...habits },
      start: (random) => createParams({ ...shape, vocabSize: tokenizer.vocabSize }, random.fork('model')),
      batches: (random) =>
        randomBatches(stream, { batchSize: training.batchSize, length: shape.blockSize }, random),
    },
    progress,
  );
}
