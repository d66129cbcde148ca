/** What MinHash estimates, counted: how many five-word phrases two texts have in common. */

import { simplifiedText } from '../text/simplifiedText.js';
import { blankedText } from '../text/wordBreaks.js';
import { sha1Words } from './sha1.js';

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
  const [first, second] = [new Set(phrasesOf(a, ngram)), new Set(phrasesOf(b, ngram))];
  let common = 0;
  for (const phrase of first) if (second.has(phrase)) common++;
  return shareOf(common, first.size, second.size);
}

function phrasesOf(text: string, ngram: number): string[] {
  const words = simplifiedText(blankedText(text)).split(' ');
  const count = Math.max(0, words.length - ngram + 1);
  return Array.from({ length: count }, (_, at) => words.slice(at, at + ngram).join(' '));
}

const shareOf = (common: number, first: number, second: number): number =>
  first + second === 0 ? 0 : common / (first + second - common);

/** The different phrases of a text as 64 bits of their SHA-1 each, in rising order. */
export function phraseHashes(text: string, ngram: number): BigUint64Array {
  const phrases = phrasesOf(text, ngram);
  const hashes = new BigUint64Array(phrases.length);
  const words = new Uint32Array(hashes.buffer);
  for (const [nth, phrase] of phrases.entries()) {
    const bytes = Buffer.from(phrase);
    sha1Words(bytes, 0, bytes.length, words, 2 * nth);
  }
  hashes.sort();
  let different = 0;
  for (const hash of hashes)
    if (different === 0 || hash !== hashes[different - 1]) hashes[different++] = hash;
  return hashes.slice(0, different);
}

/** The share of hashes that two rising lists have in common, of those that either has. */
export function sharedPart(first: BigUint64Array, second: BigUint64Array): number {
  let [common, at, other] = [0, 0, 0];
  while (at < first.length && other < second.length) {
    if (first[at]! < second[other]!) at++;
    else if (first[at]! > second[other]!) other++;
    else [common, at, other] = [common + 1, at + 1, other + 1];
  }
  return shareOf(common, first.length, second.length);
}
