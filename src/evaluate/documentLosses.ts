/** How well a model predicts each document of a list, whatever their length. */
import { ignored, tokenLogProbs } from '../backend/ops/crossEntropy.js';
import { tf } from '../backend/tf.js';
import type { GptParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { batchLogits } from '../train/loss.js';
import { bitsPerByte } from './bits.js';

/** The loss on one document. */
export interface DocumentLoss {
  /** Of all its tokens together. */
  readonly nats: number;
  readonly tokens: number;
  /** Its length in UTF-8. */
  readonly bytes: number;
  readonly bitsPerByte: number;
}

/** How documents are read. */
export interface DocumentLossOptions {
  /** Stand in front of every document and are not counted; default the tokenizer's `<|endoftext|>`. */
  readonly startIds?: readonly number[];
  /**
   * Tokens from one window of a long document to the next; default half of `blockSize`. Each token counts once, in the
   * first window that has it, so every token but the first window's has at least `blockSize - stride` before it.
   */
  readonly stride?: number;
}

/**
 * Measures the loss on documents one by one, in their order. An empty one has no tokens and no bits.
 *
 * @throws {RangeError} If there is nothing to put in front, or the stride is not 1 to `blockSize`.
 *
 * @example
 * const losses = [];
 * for await (const loss of documentLosses(params, tokenizer, ['the whale', 'the sea is calm'])) losses.push(loss);
 * losses.map(({ tokens, bytes }) => [tokens, bytes]) // [[9, 9], [15, 15]]
 * Math.abs(losses[1].bitsPerByte - Math.log2(257)) < 0.1 // true
 */
export async function* documentLosses(
  params: GptParams,
  tokenizer: Tokenizer,
  documents: Iterable<string> | AsyncIterable<string>,
  options: DocumentLossOptions = {},
): AsyncGenerator<DocumentLoss, void, undefined> {
  const { blockSize } = params.config;
  const { stride = Math.ceil(blockSize / 2) } = options;
  const startIds = startOf(tokenizer, options.startIds);
  if (!(Number.isInteger(stride) && stride >= 1 && stride <= blockSize))
    throw new RangeError(`Cannot measure documents: expected a stride from 1 to ${blockSize}, got ${stride}`);
  let read: ReadDocument[] = [];
  let tokens = 0;
  for await (const text of documents) {
    const ids = tokenizer.encode(text);
    read.push({
      windows: windowsOf([...startIds, ...ids], startIds.length, { blockSize, stride }),
      tokens: ids.length,
      text,
    });
    tokens += ids.length;
    if (tokens < 8 * mostTokens) continue;
    yield* lossesOf(params, read);
    [read, tokens] = [[], 0];
  }
  yield* lossesOf(params, read);
}

/** What stands in front of a document: at least one token, since the first of the document has to follow something. */
function startOf({ specialTokens }: Tokenizer, startIds: readonly number[] = []): readonly number[] {
  if (startIds.length > 0) return startIds;
  const end = specialTokens.get('<|endoftext|>');
  if (end !== undefined) return [end];
  throw new RangeError(
    'Cannot measure documents: the tokenizer has no <|endoftext|>, and no startIds are given',
  );
}

/** Tokens that are read together, and the one that follows each where it counts. */
interface Window {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
}

interface ReadDocument {
  readonly windows: readonly Window[];
  readonly tokens: number;
  readonly text: string;
}

/**
 * @param ids Those in front and those of the document.
 * @param front How many are in front, and not counted.
 */
function windowsOf(
  ids: readonly number[],
  front: number,
  { blockSize, stride }: { readonly blockSize: number; readonly stride: number },
): Window[] {
  const windows: Window[] = [];
  let counted = front; // up to this one
  for (let start = 0; counted < ids.length; start += stride) {
    const inputs = ids.slice(start, Math.min(start + blockSize, ids.length - 1));
    const targets = inputs.map((_, nth) => (start + nth + 1 < counted ? ignored : ids[start + nth + 1]!));
    windows.push({ inputs, targets });
    counted = Math.max(counted, start + inputs.length + 1);
  }
  return windows;
}

/** Most tokens that run through the model at once, padding included. */
const mostTokens = 4096;
/** Most logits at once, 64 MB of them. */
const mostLogits = 2 ** 24;

function lossesOf(params: GptParams, documents: readonly ReadDocument[]): DocumentLoss[] {
  const windows = documents.flatMap(({ windows }) => windows);
  const nats = new Map<Window, number>();
  const most = Math.min(mostTokens, Math.floor(mostLogits / params.config.vocabSize));
  let together: Window[] = [];
  const measure = () => {
    for (const [row, sum] of natsOf(params, together).entries()) nats.set(together[row]!, sum);
    together = [];
  };
  for (const window of [...windows].sort((a, b) => a.inputs.length - b.inputs.length)) {
    if (together.length > 0 && (together.length + 1) * window.inputs.length > most) measure();
    together.push(window);
  }
  if (together.length > 0) measure();
  return documents.map(({ windows, tokens, text }) => {
    const sum = windows.reduce((sum, window) => sum + nats.get(window)!, 0);
    const bytes = Buffer.byteLength(text);
    return { nats: sum, tokens, bytes, bitsPerByte: bytes === 0 ? 0 : bitsPerByte(sum, bytes) };
  });
}

/** The loss of the targets of each window, in one run of the model; short windows are padded at the end. */
function natsOf(params: GptParams, windows: readonly Window[]): number[] {
  const length = Math.max(...windows.map(({ inputs }) => inputs.length));
  const padded = (ids: readonly number[], padding: number) =>
    Array.from({ length }, (_, nth) => ids[nth] ?? padding);
  const batch = {
    batchSize: windows.length,
    length,
    inputs: windows.flatMap(({ inputs }) => padded(inputs, 0)),
    targets: windows.flatMap(({ targets }) => padded(targets, ignored)),
  };
  const logProbs = tf.tidy(() =>
    tokenLogProbs(batchLogits(params, batch), batch.targets).dataSync<'float32'>(),
  );
  return windows.map((_, row) =>
    logProbs.subarray(row * length, (row + 1) * length).reduce((nats, logProb) => nats - logProb, 0),
  );
}
