/** Documents as one long row of token ids, and batches cut out of it. Plain numbers, no tensors. */
import { createRandom, type Random } from '../core/random.js';
import { type BatchSource, batchSource, isRandomState } from './batchSource.js';
import { checkCounts } from './counts.js';
import type { Batch } from './loss.js';
import type { TokenStream } from './tokenRow.js';
import { type TokenSource, type WindowOptions, windowsOf } from './windows.js';

/**
 * Joins documents into one stream, each with the separator in front, as GPT-2's training data has it.
 *
 * @param documents Token ids, one list a document.
 * @param options.separatorId The id that says that a new document starts.
 * @param options.vocabSize How many ids there are: up to 65,536 fit two bytes each.
 * @throws {RangeError} If an id is not in the vocabulary.
 *
 * @example
 * tokenStream([[1, 2], [3]], { separatorId: 9, vocabSize: 10 }) // Uint16Array.of(9, 1, 2, 9, 3)
 */
export function tokenStream(
  documents: readonly (readonly number[])[],
  { separatorId, vocabSize }: { readonly separatorId: number; readonly vocabSize: number },
): TokenStream {
  const length = documents.reduce((sum, ids) => sum + 1 + ids.length, 0);
  const stream = vocabSize <= 65_536 ? new Uint16Array(length) : new Uint32Array(length);
  let at = 0;
  const check = (id: number, nth: number) => {
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) return;
    const where = nth < 0 ? 'as separator' : `in document ${nth}`;
    throw new RangeError(
      `Cannot join documents: expected ids from 0 to ${vocabSize - 1}, got ${id} ${where}`,
    );
  };
  check(separatorId, -1);
  for (const [nth, ids] of documents.entries()) {
    for (const id of ids) check(id, nth);
    stream[at] = separatorId;
    stream.set(ids, at + 1);
    at += 1 + ids.length;
  }
  return stream;
}

/**
 * Sets documents aside for validation. Whole documents go to one side, so the model is never tested on the second
 * half of something whose first half it learned.
 *
 * @param options.share Of the documents, above 0 and below 1, rounded; of two documents or more, at least one goes to
 *   either side.
 * @throws {RangeError} If the share is 0, 1 or beyond.
 *
 * @example
 * const { train, validation } = splitDocuments([1, 2, 3, 4], { share: 0.25, random: createRandom(1) });
 * [train.length, validation.length] // [3, 1]
 */
export function splitDocuments<T>(
  documents: readonly T[],
  { share, random }: { readonly share: number; readonly random: Random },
): { readonly train: T[]; readonly validation: T[] } {
  if (!(share > 0 && share < 1))
    throw new RangeError(`Cannot split documents: expected a share between 0 and 1, got ${share}`);
  const order = random.shuffle([...documents.keys()]);
  const most = Math.max(0, documents.length - 1);
  const count = Math.min(most, Math.max(1, Math.round(share * documents.length)));
  const aside = new Set(order.slice(0, count));
  return {
    train: documents.filter((_, nth) => !aside.has(nth)),
    validation: documents.filter((_, nth) => aside.has(nth)),
  };
}

/** The size of a batch, and how its windows are cut. */
export interface BatchOptions extends WindowOptions {
  /** Windows of a batch. */
  readonly batchSize: number;
}

/**
 * Batches without end: windows drawn at random, the same one maybe twice. They are from anywhere in the tokens, or, with
 * `documents`, any piece of a document is as likely as any other.
 *
 * @param random Moves on with each batch, until `restore` puts another in its place.
 * @throws {RangeError} If no stream or shard is as long as one window and the token after it, or a count is none.
 *
 * @example
 * randomBatches(Uint16Array.of(1, 2, 3), { batchSize: 1, length: 2 }, createRandom(1)).next().value
 * // { batchSize: 1, length: 2, inputs: Int32Array.of(1, 2), targets: Int32Array.of(2, 3) }
 */
export function randomBatches(
  tokens: TokenSource,
  { batchSize, length, documents }: BatchOptions,
  random: Random,
): BatchSource<never> {
  checkCounts('make batches', { batchSize });
  const windows = windowsOf(tokens, { length, documents, overlap: true });
  let drawing = random;
  return batchSource<never>(
    { kind: 'random', windows: windows.count, batchSize, length },
    {
      next: () => {
        const numbers = Array.from({ length: batchSize }, () => drawing.integer(windows.count));
        return { done: false, value: windows.batch(numbers) };
      },
      stand: () => ({ random: drawing.state() }),
      go: ({ random: state }) => {
        if (!isRandomState(state)) return false;
        drawing = createRandom(state);
        return true;
      },
    },
  );
}

/**
 * Windows side by side, for an evaluation that is the same each time: all of them, or as many as wanted, evenly
 * spread over the tokens. The last batch may be smaller; what is left after the last whole window is left out.
 *
 * @param size.maxBatches Default all.
 * @throws {RangeError} If no stream or shard is as long as one window and the token after it, or a count is none.
 *
 * @example
 * const [batch] = sequentialBatches(Uint16Array.of(1, 2, 3, 4, 5), { batchSize: 2, length: 2 });
 * batch.inputs // Int32Array.of(1, 2, 3, 4)
 * batch.targets // Int32Array.of(2, 3, 4, 5)
 */
export function* sequentialBatches(
  tokens: TokenSource,
  {
    batchSize,
    maxBatches = Number.POSITIVE_INFINITY,
    ...cut
  }: BatchOptions & { readonly maxBatches?: number },
): Generator<Batch, void, undefined> {
  checkCounts('make batches', { batchSize });
  if (!(maxBatches >= 0))
    throw new RangeError(`Cannot make batches: expected maxBatches of 0 or more, got ${maxBatches}`);
  const windows = windowsOf(tokens, { ...cut, overlap: false });
  const count = Math.min(windows.count, maxBatches * batchSize);
  const numberOf = (nth: number) => Math.floor((nth * windows.count) / count);
  for (let nth = 0; nth < count; nth += batchSize) {
    const inBatch = Math.min(batchSize, count - nth);
    yield windows.batch(Array.from({ length: inBatch }, (_, row) => numberOf(nth + row)));
  }
}
