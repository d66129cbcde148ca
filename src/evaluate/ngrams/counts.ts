/** Every row of up to five tokens that stands in a text, and how often: all that an n-gram model knows. */
import { PairTable } from './table.js';

/** A row of token ids. */
export type Ids = ArrayLike<number>;

/** How far is counted. */
export interface CountNgramsOptions {
  /** How many ids there are. */
  readonly vocabSize: number;
  /** Tokens of the longest n-grams, 1 to 5; default 5. */
  readonly order?: number;
}

/** The n-grams of one length k, numbered from 0. */
export interface NgramLevel {
  /** Different n-grams. */
  readonly size: number;
  /** How often each stands in the text, [size]. */
  readonly counts: Uint32Array;
  /** How many different tokens come before each, [size]; all 0 at the longest, where nobody asks. */
  readonly continuations: Uint32Array;
  /** The number of an n-gram without its last token, among those of length k - 1; 0 for a single token. */
  readonly parent: (nth: number) => number;
  /** The number of an n-gram, by its parent and its last token; -1 if it never came. */
  readonly find: (parent: number, token: number) => number;
}

/** The n-grams of a text. */
export interface NgramCounts {
  readonly vocabSize: number;
  readonly order: number;
  /** Tokens that were counted. */
  readonly tokens: number;
  /** Those of one token, of two, and so on: [order]. */
  readonly levels: readonly NgramLevel[];
  /** What it keeps, in bytes. */
  readonly memory: number;
}

/**
 * Counts the n-grams of a text, of all lengths in one go: one count serves models of every order up to its own, with
 * either smoothing. It keeps 33 to 55 bytes for each different n-gram, and while it counts 4 more for each token.
 *
 * @param ids The training stream, of at least `order` tokens.
 * @throws {RangeError} If the order is not a whole number from 1 to 5, the text is shorter than it, or an id is not in
 *   the vocabulary.
 *
 * @example
 * const { levels } = countNgrams([0, 1, 0, 1, 1], { vocabSize: 2, order: 2 });
 * levels[1].counts[levels[1].find(0, 1)] // 2
 * levels[1].find(0, 0) // -1
 * levels[0].continuations // Uint32Array.of(1, 2)
 */
export function countNgrams(ids: Ids, { vocabSize, order = 5 }: CountNgramsOptions): NgramCounts {
  checkText(ids, vocabSize, order);
  const singles = new Uint32Array(vocabSize);
  const ends = new Int32Array(ids.length); // the number of the n-gram that ends at each place, for one length at a time
  for (let at = 0; at < ids.length; at++) {
    ends[at] = ids[at]!;
    singles[ends[at]!]!++;
  }
  const levels: NgramLevel[] = [
    {
      size: vocabSize,
      counts: singles,
      continuations: new Uint32Array(vocabSize),
      parent: () => 0,
      find: (_, token) => token,
    },
  ];
  let memory = 2 * singles.byteLength;
  while (levels.length < order) {
    const { table, level } = nextLevel(ids, ends, levels);
    levels.push(level);
    memory += table.memory + 12 * level.size;
  }
  return { vocabSize, order, tokens: ids.length, levels, memory };
}

/** Counts the n-grams that are one token longer, and before how many of them each of the shorter ones stands. */
function nextLevel(ids: Ids, ends: Int32Array, levels: readonly NgramLevel[]) {
  const table = new PairTable();
  const { continuations } = levels.at(-1)!;
  for (let at = ids.length - 1; at >= levels.length; at--) {
    const known = table.size;
    const nth = table.count(ends[at - 1]!, ids[at]!);
    if (table.size > known) continuations[ends[at]!]!++; // by one more token before it
    ends[at] = nth;
  }
  const { parents, counts } = table.columns();
  const level: NgramLevel = {
    size: table.size,
    counts,
    continuations: new Uint32Array(table.size),
    parent: (nth) => parents[nth]!,
    find: (parent, token) => table.find(parent, token),
  };
  return { table, level };
}

function checkText(ids: Ids, vocabSize: number, order: number): void {
  if (!(Number.isInteger(order) && order >= 1 && order <= 5))
    throw new RangeError(`Cannot count n-grams: expected an order from 1 to 5, got ${order}`);
  if (ids.length < order)
    throw new RangeError(`Cannot count n-grams of order ${order}: the text has ${ids.length} tokens`);
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new RangeError(
      `Cannot count n-grams: expected ids from 0 to ${vocabSize - 1}, got ${id} at token ${at}`,
    );
  }
}
