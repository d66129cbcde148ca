/**
 * Chats packed into rows of one length, so that little of a batch is padding. Each chat stays whole, begins at position 0
 * and sees itself alone: a row's chats know nothing of each other, and the loss is that of each chat by itself.
 *
 * B = rows, T = tokens of a row.
 */
import type { Random } from '../core/random.js';
import type { Batch } from '../train/loss.js';
import { shuffledPasses } from './passes.js';
import type { RenderedChat } from './render.js';

/** A row of T tokens. */
export interface PackedRow {
  readonly inputs: Int32Array;
  /** The token that follows; -1 where it does not count: prompts, padding, a chat's end. */
  readonly targets: Int32Array;
  /** Where the chat of each position begins in the row. Padding begins at itself. */
  readonly starts: Int32Array;
}

/** Chats in rows, and what was left out. */
export interface PackedChats {
  readonly rows: readonly PackedRow[];
  /** The chats that lie in the rows, by their places. */
  readonly packed: readonly number[];
  /** Left out because they are longer than a row: their places. */
  readonly tooLong: readonly number[];
  /** Left out because nothing in them is learned, the empty ones too: their places. */
  readonly unlearned: readonly number[];
  /** The share of all positions that is not padding. */
  readonly fill: number;
}

/**
 * Packs chats by best fit: the longest first, each into the row that it fills best.
 *
 * @param options.length T, in tokens. A chat of T + 1 ids fits: nothing follows the last.
 * @throws {RangeError} If `length` is no whole number above 0, or a mask has not as many entries as there are ids.
 *
 * @example
 * const chat = { ids: [1, 2, 3], mask: [0, 1, 1] } as const;
 * const { rows } = packChats([chat, chat], { length: 5 });
 * rows[0].inputs // Int32Array.of(1, 2, 1, 2, 0)
 * rows[0].targets // Int32Array.of(2, 3, 2, 3, -1)
 * rows[0].starts // Int32Array.of(0, 0, 2, 2, 4)
 */
export function packChats(
  chats: readonly RenderedChat[],
  { length }: { readonly length: number },
): PackedChats {
  if (!(Number.isInteger(length) && length >= 1))
    throw new RangeError(`Cannot pack chats: expected rows of 1 token or more, got ${length}`);
  const sorts = { fit: [] as number[], tooLong: [] as number[], unlearned: [] as number[] };
  for (const [nth, chat] of chats.entries()) sorts[sortOf(chat, nth, length)].push(nth);
  const sizeOf = (nth: number) => chats[nth]!.ids.length - 1;
  const rows = bestFit(sorts.fit, { sizeOf, length }).map((places) =>
    rowOf(
      places.map((nth) => chats[nth]!),
      length,
    ),
  );
  const filled = sorts.fit.reduce((sum, nth) => sum + sizeOf(nth), 0);
  const fill = rows.length === 0 ? 0 : filled / (rows.length * length);
  return { rows, packed: sorts.fit, tooLong: sorts.tooLong, unlearned: sorts.unlearned, fill };
}

function sortOf({ ids, mask }: RenderedChat, nth: number, length: number): 'fit' | 'tooLong' | 'unlearned' {
  if (ids.length !== mask.length)
    throw new RangeError(
      `Cannot pack chat ${nth}: expected a mask of ${ids.length} entries, got ${mask.length}`,
    );
  if (!mask.includes(1, 1)) return 'unlearned'; // the first token follows nothing
  return ids.length - 1 > length ? 'tooLong' : 'fit';
}

/** Which chats share a row. Rows are kept by the room that is left in them, so that each chat finds its own at once. */
function bestFit(
  chats: readonly number[],
  { sizeOf, length }: { readonly sizeOf: (nth: number) => number; readonly length: number },
): number[][] {
  const rows: number[][] = [];
  const byRoom: number[][][] = Array.from({ length: length + 1 }, () => []);
  for (const nth of [...chats].sort((a, b) => sizeOf(b) - sizeOf(a) || a - b)) {
    const size = sizeOf(nth);
    let room = size;
    while (room < length && byRoom[room]!.length === 0) room++;
    let row = byRoom[room]!.pop();
    if (!row) {
      row = [];
      rows.push(row);
      room = length;
    }
    row.push(nth);
    byRoom[room - size]!.push(row);
  }
  return rows;
}

function rowOf(chats: readonly RenderedChat[], length: number): PackedRow {
  const inputs = new Int32Array(length);
  const targets = new Int32Array(length).fill(-1);
  const starts = Int32Array.from({ length }, (_, at) => at);
  let at = 0;
  for (const { ids, mask } of chats) {
    const size = ids.length - 1;
    inputs.set(ids.slice(0, size), at);
    starts.fill(at, at, at + size);
    for (let nth = 0; nth < size; nth++) if (mask[nth + 1]) targets[at + nth] = ids[nth + 1]!;
    at += size;
  }
  return { inputs, targets, starts };
}

/**
 * Batches without end: pass after pass over all rows, each pass in an order of its own.
 *
 * @param options.batchSize Rows in each batch; a batch may hold the end of one pass and the start of the next.
 * @throws {RangeError} If there are no rows, or the size is no whole number above 0.
 *
 * @example
 * const { rows } = packChats([{ ids: [1, 2, 3], mask: [0, 1, 1] }], { length: 2 });
 * const batch = packedBatches(rows, { batchSize: 1 }, createRandom(1)).next().value;
 * batch.targets // Int32Array.of(2, 3)
 */
export function* packedBatches(
  rows: readonly PackedRow[],
  { batchSize }: { readonly batchSize: number },
  random: Random,
): Generator<Batch, never, undefined> {
  const passes = shuffledPasses(rows, { batchSize, what: 'a row' }, random);
  while (true) {
    const batch = passes.next().value;
    yield packedBatch(batch);
  }
}

/**
 * Rows as one batch, [B,T].
 *
 * @throws {RangeError} If there are no rows, or they differ in length.
 *
 * @example
 * const { rows } = packChats([{ ids: [1, 2, 3], mask: [0, 1, 1] }], { length: 2 });
 * packedBatch(rows).length // 2
 */
export function packedBatch(rows: readonly PackedRow[]): Batch {
  const length = rows[0]?.inputs.length ?? 0;
  if (length === 0 || rows.some(({ inputs }) => inputs.length !== length))
    throw new RangeError('Cannot make a batch: expected rows of one length, at least one');
  const joined = (part: keyof PackedRow) => {
    const numbers = new Int32Array(rows.length * length);
    for (const [nth, row] of rows.entries()) numbers.set(row[part], nth * length);
    return numbers;
  };
  return {
    batchSize: rows.length,
    length,
    inputs: joined('inputs'),
    targets: joined('targets'),
    starts: joined('starts'),
  };
}
