/** How `encode` arrives at the tokens of one word, to look at; `merge.ts` does the same without keeping the way. */
import type { BpeTokenizer } from './bpe.js';
import { splitWords } from './engine/split.js';
import { mergePair } from './pairs.js';

/**
 * Follows the merges of a word: its bytes first, then its ids after each merge, and last what `encode` gives. Of all
 * pairs that have a merge, the one that was learned first is joined, wherever it stands.
 *
 * @param word One word, as `splitWords` cuts them.
 * @returns The lists of ids, each shorter than the one before; none for an empty word.
 * @throws {RangeError} If the tokenizer cuts the text into several words.
 *
 * @example
 * const tokenizer = bpeTokenizer({ split: 'gpt2', merges: [[97, 97], [256, 98]], specialTokens: {} });
 * mergeSteps(tokenizer, 'aab') // [[97, 97, 98], [256, 98], [257]]
 */
export function mergeSteps({ model }: BpeTokenizer, word: string): number[][] {
  const words = splitWords(word, model.split);
  if (words.length > 1) {
    throw new RangeError(
      `Cannot follow the merges of ${JSON.stringify(word)}: expected one word, got ${words.length}, as the rule ${model.split} cuts`,
    );
  }
  if (words.length === 0) return [];
  const byteIds = new Map(model.bytes?.map((byte, id) => [byte, id]));
  let ids = Array.from(Buffer.from(word), (byte) => byteIds.get(byte) ?? byte);
  let pairs = pairsOf(ids);
  const steps = [ids];
  // One pass is enough: a merge only makes pairs whose own merges were learned after it.
  for (const [rank, pair] of model.merges.entries()) {
    if (!pairs.has(pairKey(pair[0], pair[1]))) continue;
    ids = mergePair(ids, pair, 256 + rank);
    pairs = pairsOf(ids);
    steps.push(ids);
  }
  return steps;
}

function pairsOf(ids: readonly number[]): ReadonlySet<number> {
  return new Set(ids.slice(1).map((right, at) => pairKey(ids[at]!, right)));
}

const pairKey = (left: number, right: number): number => left * 2 ** 24 + right;
