/**
 * The windows that batches are made of, numbered, so that an order of them is an order of numbers. A window is T tokens
 * and the token behind each; none reaches from one shard into the next.
 */
import { ignored } from '../backend/ops/crossEntropy.js';
import { type DocumentBoundaries, documentWindows } from './documentWindows.js';
import type { Batch } from './loss.js';
import type { TokenShards } from './shards/openShards.js';
import type { Place, TokenRow, TokenStream } from './tokenRow.js';

/** Where tokens come from: a stream in memory, or shards on disk. */
export type TokenSource = TokenStream | TokenShards;

/** Numbered windows of a fixed length. */
export interface Windows {
  readonly count: number;
  /** The windows of these numbers as one batch. */
  readonly batch: (numbers: readonly number[]) => Batch;
}

/** How windows are cut. */
export interface WindowOptions {
  /** Tokens of a window, T. */
  readonly length: number;
  /** Windows of one document each; default windows reach across the ends of documents, where targets count too. */
  readonly documents?: DocumentBoundaries | undefined;
}

/**
 * The windows of a source.
 *
 * @param overlap Whether one may begin at any token; else they lie side by side. Those of documents never overlap.
 * @throws {RangeError} If there is no window of this length.
 */
export function windowsOf(
  source: TokenSource,
  { length, documents, overlap }: WindowOptions & { readonly overlap: boolean },
): Windows {
  if (!(Number.isInteger(length) && length > 0))
    throw new RangeError(`Cannot cut windows: expected a length of 1 or more tokens, got ${length}`);
  const rows = rowsOf(source);
  const parts = rows.map((row) => {
    if (documents) return documentWindows(row, length, documents);
    const last = row.length - length; // of the starts, each needs a token behind its window
    const step = overlap ? 1 : length;
    return { count: Math.max(0, Math.ceil(last / step)), place: (nth: number) => ({ start: nth * step }) };
  });
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count === 0) throw new RangeError(tooShort(rows, length));
  const window = (number: number) => {
    let [part, nth] = [0, number];
    while (nth >= parts[part]!.count) nth -= parts[part++]!.count;
    return { row: rows[part]!, ...parts[part]!.place(nth) };
  };
  return { count, batch: (numbers) => batchOf(numbers.map(window), length) };
}

function rowsOf(source: TokenSource): readonly TokenRow[] {
  if (!ArrayBuffer.isView(source)) return source.shards;
  return [{ length: source.length, read: (from, count) => source.subarray(from, from + count) }];
}

function tooShort(rows: readonly TokenRow[], length: number): string {
  const longest = Math.max(0, ...rows.map((row) => row.length));
  const what = rows.length === 1 ? `the stream has ${longest}` : `the longest shard has ${longest}`;
  return `Cannot cut windows of ${length} tokens: ${what}, one more is needed`;
}

function batchOf(windows: readonly (Place & { readonly row: TokenRow })[], length: number): Batch {
  const inputs = new Int32Array(windows.length * length);
  const targets = new Int32Array(windows.length * length);
  for (const [nth, { row, start, counted = length }] of windows.entries()) {
    const at = nth * length;
    const ids = row.read(start, Math.min(length + 1, row.length - start));
    for (let t = 0; t < length; t++) {
      inputs[at + t] = ids[t] ?? 0; // behind the last token, where nothing counts
      targets[at + t] = t < counted ? ids[t + 1]! : ignored;
    }
  }
  return { batchSize: windows.length, length, inputs, targets };
}
