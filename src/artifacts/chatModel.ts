/** The assistant that the chapters after fine-tuning begin with: the base model of a size, taught to chat. */
import { join } from 'node:path';
import { packChats, packedBatches } from '../chat/pack.js';
import { type RenderedChat, renderChat } from '../chat/render.js';
import type { ChatModel } from '../chat/reply.js';
import { chatMl } from '../chat/template.js';
import { createRandom, type Random } from '../core/random.js';
import { type Size, sized } from '../core/size.js';
import { templateChats } from '../data/samples/templateChats.js';
import { growContext } from '../model/growContext.js';
import { growVocabulary } from '../model/growVocabulary.js';
import { disposeParams, type GptParams } from '../model/params.js';
import type { BpeTokenizer } from '../tokenizer/bpe.js';
import { loadTokenizer, saveTokenizer } from '../tokenizer/files/bpeFile.js';
import { withSpecialTokens } from '../tokenizer/withSpecialTokens.js';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint.js';
import { type ArtifactOptions, type ArtifactProgress, type ArtifactRecipe, artifact } from './artifact.js';
import { baseModel, baseRecipe, habits, trainingDocuments } from './pretrained.js';
import { trainedAt } from './trainedAt.js';

/** A chat model whose tokenizer was trained here. */
type TrainedChat = ChatModel & { readonly tokenizer: BpeTokenizer };

const seed = 1;

/** One row in four is text of the kind that the base model read, so that it does not forget it. */
const textShare = 0.25;

/** Tokens that the model reads at least: enough for nine template chats in ten. */
const leastContext = 128;

const planOf = (size: Size) =>
  sized(size, {
    smoke: { chats: 40, steps: 10, batchSize: 4, learningRate: 0.004, warmupSteps: 2 },
    nano: { chats: 2000, steps: 400, batchSize: 8, learningRate: 0.002, warmupSteps: 20 },
    small: { chats: 8000, steps: 1000, batchSize: 16, learningRate: 0.0005, warmupSteps: 50 },
    gpu: { chats: 20_000, steps: 1500, batchSize: 32, learningRate: 0.00005, warmupSteps: 50 },
  });

/**
 * A model that answers in ChatML: the base model with a context of at least 128 tokens and a vocabulary grown by the
 * template's special tokens, fine-tuned on template conversations with a quarter of old text among them. Trained on the
 * first call (about a minute at `nano`, behind the base model) and found again later. Interrupted, it goes on at its last
 * checkpoint.
 *
 * @returns Its parameters are the caller's to free with `disposeParams`.
 *
 * @example
 * await selectBackend();
 * const { params, tokenizer, template } = await chatModel('smoke');
 * [template.name, params.config.vocabSize === tokenizer.vocabSize] // ['ChatML', true]
 * disposeParams(params);
 */
export function chatModel(size: Size, options: ArtifactOptions = {}): Promise<TrainedChat> {
  return artifact(chatRecipe(size, options), options);
}

function chatRecipe(size: Size, options: ArtifactOptions): ArtifactRecipe<TrainedChat> {
  const plan = planOf(size);
  return {
    name: `chat-model-${size}`,
    parameters: {
      ...plan,
      ...habits,
      seed,
      textShare,
      leastContext,
      base: baseRecipe(size, options).parameters,
    },
    make: async (folder, progress) => {
      const base = await baseModel(size, options);
      const tokenizer = withSpecialTokens(base.tokenizer, chatMl.specialTokens);
      try {
        const params = await tuned(size, { params: base.params, tokenizer }, checkpointIn(folder), progress);
        saveTokenizer(tokenizerIn(folder), tokenizer);
        saveCheckpoint(checkpointIn(folder), { params });
        disposeParams(params);
      } finally {
        disposeParams(base.params);
      }
    },
    read: (folder) => ({
      params: loadCheckpoint(checkpointIn(folder)).params,
      tokenizer: loadTokenizer(tokenizerIn(folder)),
      template: chatMl,
    }),
  };
}

const tokenizerIn = (folder: string): string => join(folder, 'tokenizer.json');
const checkpointIn = (folder: string): string => join(folder, 'model.safetensors');

function tuned(
  size: Size,
  { params, tokenizer }: { readonly params: GptParams; readonly tokenizer: BpeTokenizer },
  path: string,
  progress: ArtifactProgress,
): Promise<GptParams> {
  const { chats, batchSize, ...training } = planOf(size);
  const length = Math.max(params.config.blockSize, leastContext);
  const random = createRandom(seed);
  const rendered = templateChats({ count: chats }, random.fork('chats')).map(({ messages }) =>
    renderChat(messages, { template: chatMl, tokenizer }),
  );
  const { rows } = packChats(rendered, { length });
  const count = Math.round((rows.length * textShare) / (1 - textShare));
  const texts = textWindows(size, tokenizer, { count, length }, random.fork('texts'));
  const all = [...rows, ...packChats(texts, { length }).rows];
  return trainedAt(
    path,
    {
      seed,
      options: { ...training, ...habits },
      start: (own) => grown(params, tokenizer.vocabSize, length, own.fork('vocabulary')),
      batches: (own) => packedBatches(all, { batchSize }, own),
    },
    progress,
  );
}

function grown(params: GptParams, vocabSize: number, length: number, random: Random): GptParams {
  const longer = growContext(params, length);
  const both = growVocabulary(longer, vocabSize, random);
  disposeParams(longer);
  return both;
}

/** Passages that the base model was trained on, all of whose tokens count; each fills a row. */
function textWindows(
  size: Size,
  tokenizer: BpeTokenizer,
  { count, length }: { readonly count: number; readonly length: number },
  random: Random,
): RenderedChat[] {
  const separatorId = tokenizer.specialTokens.get('<|endoftext|>')!;
  const text = trainingDocuments(size)
    .map((document) => document.text)
    .join('\n');
  return Array.from({ length: count }, () => {
    const start = random.integer(Math.max(1, text.length - 4 * length));
    const ids = [separatorId, ...tokenizer.encode(text.slice(start, start + 4 * length))].slice(
      0,
      length + 1,
    );
    return { ids, mask: ids.map(() => 1 as const) };
  });
}
