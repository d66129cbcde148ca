/** What MinHash estimates, counted: how many five-word phrases two texts have in common. */
import { simplifiedText } from '../text/simplifiedText.js';

/**
 * The phrases that both texts have, as a share of those that either has (Jaccard's index of sets): 1 for the same words,
 * 0 for nothing in common. Two texts that are shorter than a phrase have 0.
 *
 * @param ngram Words in a phrase; default 5, FineWeb's.
 *
 * @example
 * phraseSimilarity('call me ishmael, some years ago', 'Call me Ishmael. Some years before') // 0.333333
 */
export function phraseSimilarity(a: string, b: string, ngram = 5): number {
  const [first, second] = [phraseSet(a, ngram), phraseSet(b, ngram)];
  let common = 0;
  for (const phrase of first) if (second.has(phrase)) common++;
  const either = first.size + second.size - common;
  return either === 0 ? 0 : common / either;
}

function phraseSet(text: string, ngram: number): Set<string> {
  const words = simplifiedText(text).split(' ');
  const count = Math.max(0, words.length - ngram + 1);
  return new Set(Array.from({ length: count }, (_, at) => words.slice(at, at + ngram).join(' ')));
}
