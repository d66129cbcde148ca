/** What pleases in an answer beside what it says, as lmarena counts it: length, headings, lists, bold words. */
import type { StyleFeatures } from './battle.js';

/**
 * Counts the marks of style of an answer in Markdown; what stands in fenced code does not count.
 *
 * @param text The answer.
 * @param tokens How long it is; default its number of words.
 *
 * @example
 * answerStyle('# Sum\n- **four**\n- 4') // { length: 6, headings: 1, lists: 2, bold: 1 }
 */
export function answerStyle(text: string, tokens: number = text.match(/\S+/g)?.length ?? 0): StyleFeatures {
  const prose = text.replace(/```[^`]*```/g, '');
  const count = (pattern: RegExp) => prose.match(pattern)?.length ?? 0;
  return {
    length: tokens,
    headings: count(/^#{1,6}\s/gm),
    lists: count(/^\s*(?:\d+\.|[-*+])\s/gm),
    bold: count(/\*\*[^*\n]+\*\*|__[^_\n]+__/g),
  };
}
