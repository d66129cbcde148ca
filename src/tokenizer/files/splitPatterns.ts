/**
 * The splitting rules as regular expressions: the text that Hugging Face's files carry, and what our scanners are
 * tested against.
 *
 * The published expressions use `\s`, possessive quantifiers and `(?i:)`, which engines read differently or not at all.
 * Ours spell them out, so that Oniguruma, Rust and JavaScript cut a text at the same places.
 */
import type { SplitName } from '../engine/split.js';

// Unicode's White_Space, character by character. JavaScript's \s lacks U+0085 and has U+FEFF.
const white = '\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000';
const space = `[${white}]+(?![^${white}])|[${white}]+`;
const contraction = "'(?:[sdmt]|ll|ve|re)";
const anyCase = "'(?:[sS\u017fdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])";
const signs = ` ?[^${white}\\p{L}\\p{N}]+`;
const lines = `[${white}]*[\\r\\n]+`;
const lead = '[^\\r\\n\\p{L}\\p{N}]?';
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';

/** The expression of each rule; it matches one word after the other, without gaps. */
export const splitPatterns: { readonly [split in SplitName]: string } = {
  gpt2: [contraction, ' ?\\p{L}+', ' ?\\p{N}+', signs, space].join('|'),
  gpt4: [anyCase, `${lead}\\p{L}+`, '\\p{N}{1,3}', `${signs}[\\r\\n]*`, lines, space].join('|'),
  gpt4o: [
    `${lead}${upper}*${lower}+(?:${anyCase})?`,
    `${lead}${upper}+${lower}*(?:${anyCase})?`,
    '\\p{N}{1,3}',
    `${signs}[\\r\\n/]*`,
    lines,
    space,
  ].join('|'),
  smolLm: [contraction, ' ?\\p{L}+', '\\p{N}', signs, `[${white}]+(?![^${white}\\p{N}])|[${white}]+`].join(
    '|',
  ),
  qwen2: [anyCase, `${lead}\\p{L}+`, '\\p{N}', `${signs}[\\r\\n]*`, lines, space].join('|'),
};

const foldedCase = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const publishedSpace = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

/** Expressions by which others write the same rules. */
const published: readonly (readonly [pattern: string, split: SplitName])[] = [
  ["'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", 'gpt2'],
  ["'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", 'gpt2'],
  [`${foldedCase}|${lead}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${publishedSpace}`, 'gpt4'],
  [`${foldedCase}|${lead}\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${publishedSpace}`, 'qwen2'],
  [
    `${lead}${upper}*${lower}+${foldedCase}?|${lead}${upper}+${lower}*${foldedCase}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${publishedSpace}`,
    'gpt4o',
  ],
];

/** The rule that an expression stands for, in our words or in the published ones; `undefined` for any other. */
export function splitOfPattern(pattern: string): SplitName | undefined {
  const ours = (Object.keys(splitPatterns) as SplitName[]).find((split) => splitPatterns[split] === pattern);
  return ours ?? published.find(([known]) => known === pattern)?.[1];
}
