/** Texts as rows of numbers, one a word or character, for who looks for runs that two texts have in common. */
import { blankedText } from './wordBreaks.js';

/** The characters as they stand, counted as JavaScript does. */
export function characterUnits(text: string): Int32Array {
  const units = new Int32Array(text.length);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return units;
}

/** The words of a text as runs are told by: lower case, no punctuation. */
export const plainWords = (text: string): string[] =>
  blankedText(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '');

/** Numbers the words of the test texts; a word of a training text that none of them has is -1. */
export function wordUnits(): (text: string, isTest: boolean) => Int32Array {
  const numbers = new Map<string, number>();
  return (text, isTest) =>
    Int32Array.from(plainWords(text), (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      if (!isTest) return -1;
      numbers.set(word, numbers.size);
      return numbers.size - 1;
    });
}
