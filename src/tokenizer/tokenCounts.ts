/** How often each token occurs in texts, and how often each merge was made to get there. */
import type { BpeTokenizer } from './bpe.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * Counts the tokens of texts.
 *
 * @returns How often each id occurs, [vocabSize]. Special tokens spelled in the texts are text, as for `encode`.
 *
 * @example
 * tokenCounts(byteTokenizer(), ['to', 'too'])[111] // 3
 */
export function tokenCounts(tokenizer: Tokenizer, texts: Iterable<string>): Float64Array {
  const counts = new Float64Array(tokenizer.vocabSize);
  for (const text of texts) for (const id of tokenizer.encode(text)) counts[id]!++;
  return counts;
}

/**
 * Counts how often each merge is made while texts are encoded. Every token says which merges made it, so the counts
 * follow from those of the tokens. On the text that a tokenizer was trained on, they are the counts of training, apart
 * from pairs that overlap, as `aa` does in `aaa`: it is counted twice and joined once.
 *
 * @returns The count of merge n, [merges]. Their sum is the number of bytes less the number of tokens.
 *
 * @example
 * mergeCounts(trainBpe(['aaabdaaabac'], { vocabSize: 260 }), ['aaabdaaabac']) // [2, 2, 2]
 */
export function mergeCounts(tokenizer: BpeTokenizer, texts: Iterable<string>): number[] {
  const { merges } = tokenizer.model;
  const counts = tokenCounts(tokenizer, texts);
  for (let merge = merges.length - 1; merge >= 0; merge--) {
    for (const part of merges[merge]!) counts[part]! += counts[256 + merge]!;
  }
  return Array.from(counts.subarray(256, 256 + merges.length));
}
