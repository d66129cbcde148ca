/**
 * Learns byte-pair merges from text: count neighbours, join the most frequent pair, and again. Exact, not sampled;
 * it is quick because words are counted first, so that a word that occurs ten thousand times is joined once.
 */
import { type BpeTokenizer, bpeTokenizer } from './bpe.js';
import { createHeap } from './engine/heap.js';
import { createNeighbours, type Neighbours } from './engine/neighbours.js';
import type { Split } from './engine/split.js';
import { countWords, countWordsAsync, type WordCounts } from './engine/wordCounts.js';

/**
 * Which of several equally frequent pairs is joined: the one of the lowest ids, left before right (rustbpe), the one
 * that stands first in the text (minbpe), or the one whose bytes sort last (CS336). Merges differ, compression does not.
 */
export type TieBreak = 'lowestIds' | 'firstSeen' | 'greatestBytes';

/** How to train. */
export interface TrainBpeOptions {
  /** Ids wanted: 256 bytes, the merges and the special tokens. Fewer are made where the text has too few pairs. */
  readonly vocabSize: number;
  /** What cuts text into words: a rule, an expression of one's own, or `none`; default `gpt4`. */
  readonly split?: Split;
  /** Names that get the last ids; default `<|endoftext|>`. */
  readonly specialTokens?: readonly string[];
  /**
   * What special tokens spelled in the texts are. By default ordinary text, as for `encode`, so that their letters are
   * learned; `separators` part the texts, and nothing of them is learned, as CS336 and minbpe's kin ask for.
   */
  readonly spelledSpecials?: 'text' | 'separators';
  /** Default `lowestIds`. */
  readonly tieBreak?: TieBreak;
  /** A pair that occurs less often is not joined; default 2. */
  readonly minCount?: number;
}

const defaultSplit = 'gpt4';
const defaultSpecials: readonly string[] = ['<|endoftext|>'];

/**
 * Trains a byte-level BPE tokenizer.
 *
 * @param texts Any number of texts; a generator may read them one by one, and only different words are kept.
 * @throws {RangeError} If the vocabulary has no room for bytes and special tokens, or there is no text.
 * @throws {TypeError} If `texts` is one string, or holds something else than text; if an option is of another kind.
 *
 * @example
 * const tokenizer = trainBpe(['aaabdaaabac'], { vocabSize: 260 });
 * tokenizer.model.merges // [[97, 97], [97, 98], [256, 257]]
 * tokenizer.encode('aaabac').map((id) => tokenizer.decode([id])) // ['aaab', 'a', 'c']
 * trainBpe(['one two one two'], { vocabSize: 300, split: 'none' }).encode('one two').length // 1
 */
export function trainBpe(texts: Iterable<string>, options: TrainBpeOptions): BpeTokenizer {
  checkOptions(options);
  return trainOnCounts(countWords(texts, options.split ?? defaultSplit, separatorsOf(options)), options);
}

/**
 * Trains as `trainBpe` does, on texts that come over time, as from a stream. Each is counted and let go, so that what
 * has to fit into memory is the different words.
 *
 * @throws {RangeError} As `trainBpe`, in the promise.
 * @throws {TypeError} As `trainBpe`, in the promise.
 *
 * @example
 * async function* texts() {
 *   yield 'aaabdaaabac';
 * }
 * (await trainBpeAsync(texts(), { vocabSize: 260 })).model.merges // [[97, 97], [97, 98], [256, 257]]
 */
export async function trainBpeAsync(
  texts: AsyncIterable<string> | Iterable<string>,
  options: TrainBpeOptions,
): Promise<BpeTokenizer> {
  checkOptions(options);
  const words = await countWordsAsync(texts, options.split ?? defaultSplit, separatorsOf(options));
  return trainOnCounts(words, options);
}

function separatorsOf({
  specialTokens = defaultSpecials,
  spelledSpecials = 'text',
}: TrainBpeOptions): readonly string[] {
  if (spelledSpecials !== 'text' && spelledSpecials !== 'separators')
    throw new RangeError(
      `Cannot train a tokenizer: expected spelledSpecials text or separators, got ${String(spelledSpecials)}`,
    );
  return spelledSpecials === 'separators' ? specialTokens : [];
}

function checkOptions({ vocabSize, specialTokens = defaultSpecials, minCount = 1 }: TrainBpeOptions): void {
  if (!Array.isArray(specialTokens) || specialTokens.some((name) => typeof name !== 'string'))
    throw new TypeError(
      `Cannot train a tokenizer: expected specialTokens to be a list of names, got ${String(specialTokens)}`,
    );
  if (typeof minCount !== 'number' || Number.isNaN(minCount))
    throw new TypeError(
      `Cannot train a tokenizer: expected minCount to be a number, got ${String(minCount)}`,
    );
  const smallest = 256 + specialTokens.length;
  if (!(Number.isInteger(vocabSize) && vocabSize >= smallest)) {
    throw new RangeError(
      `Cannot train a tokenizer: expected vocabSize of at least ${smallest} (256 bytes and ${specialTokens.length} special tokens), got ${vocabSize}`,
    );
  }
  if (new Set(specialTokens).size !== specialTokens.length) {
    throw new RangeError(
      `Cannot train a tokenizer: expected each special token once, got ${specialTokens.join(' ')}`,
    );
  }
}

function trainOnCounts(words: WordCounts, options: TrainBpeOptions): BpeTokenizer {
  const { vocabSize, split = defaultSplit, specialTokens = defaultSpecials } = options;
  const { tieBreak = 'lowestIds', minCount = 2 } = options;
  if (words.words.length === 0) {
    throw new RangeError('Cannot train a tokenizer: expected some text, got an empty corpus');
  }
  const wanted = vocabSize - 256 - specialTokens.length;
  const merges = learnMerges(createNeighbours(words), wanted, tieBreak, Math.max(1, minCount));
  const ids = specialTokens.map((name, nth) => [name, 256 + merges.length + nth]);
  return bpeTokenizer({ split, merges, specialTokens: Object.fromEntries(ids) });
}

function learnMerges(neighbours: Neighbours, wanted: number, tieBreak: TieBreak, minCount: number) {
  const { left, right, counts, firstPlace, join } = neighbours;
  const tokens = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte));
  // What the heap sorted by. A pair that became rarer since is noticed when it comes out, and put back.
  const seenCount: number[] = [];
  const seenPlace: number[] = [];
  const prefer = tieBreaker(tieBreak, neighbours, tokens, seenPlace);
  const heap = createHeap((a, b) =>
    seenCount[a] === seenCount[b] ? prefer(a, b) : seenCount[a]! > seenCount[b]!,
  );
  const offer = (pair: number) => {
    seenCount[pair] = counts[pair]!;
    if (tieBreak === 'firstSeen') seenPlace[pair] = firstPlace(pair);
    if (counts[pair]! >= minCount) heap.push(pair);
  };
  const isCurrent = (pair: number) =>
    seenCount[pair] === counts[pair] && (tieBreak !== 'firstSeen' || seenPlace[pair] === firstPlace(pair));

  const merges: [number, number][] = [];
  let known = 0;
  while (merges.length < wanted) {
    while (known < counts.length) offer(known++);
    const pair = heap.pop();
    if (pair === undefined) break;
    if (!isCurrent(pair)) offer(pair);
    else {
      join(pair, 256 + merges.length);
      merges.push([left[pair]!, right[pair]!]);
      tokens.push(Buffer.concat([tokens[left[pair]!]!, tokens[right[pair]!]!]));
    }
  }
  return merges;
}

/** Tells which of two equally frequent pairs goes first. */
function tieBreaker(
  tieBreak: TieBreak,
  { left, right }: Neighbours,
  tokens: readonly Uint8Array[],
  places: readonly number[],
): (a: number, b: number) => boolean {
  const compareBytes = (a: number, b: number) => Buffer.compare(tokens[a]!, tokens[b]!);
  switch (tieBreak) {
    case 'lowestIds':
      return (a, b) => (left[a] === left[b] ? right[a]! < right[b]! : left[a]! < left[b]!);
    case 'firstSeen':
      return (a, b) => places[a]! < places[b]!;
    case 'greatestBytes':
      return (a, b) => (compareBytes(left[a]!, left[b]!) || compareBytes(right[a]!, right[b]!)) > 0;
    default:
      throw new RangeError(
        `Cannot train a tokenizer: expected tieBreak lowestIds, firstSeen or greatestBytes, got ${String(tieBreak)}`,
      );
  }
}
