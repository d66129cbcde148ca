/**
 * Cuts text into words before any merging, as GPT-2, GPT-4 and GPT-4o do: merges never cross a word, so "dog" and
 * "dog." share their tokens. A word carries the space before it, and joining the words gives the text back.
 *
 * The rules are OpenAI's (openai/tiktoken, `tiktoken_ext/openai_public.py`), written for JavaScript, which has
 * neither possessive quantifiers nor `(?i:)` in Node 20. What differs is `\s`: JavaScript counts U+FEFF as a space
 * and U+0085 not, Rust the other way round. js-tiktoken has the same difference.
 */

/** Whose rule cuts the text: `gpt2` (r50k), `gpt4` (cl100k: digits by threes) or `gpt4o` (o200k: by case as well). */
export type Split = 'gpt2' | 'gpt4' | 'gpt4o';

const contraction = /'(?:[sdmt]|ll|ve|re)/.source;
const anyCase = /'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])/.source;
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const lead = '[^\\r\\n\\p{L}\\p{N}]?';
const space = '\\s+(?!\\S)|\\s+';

/** The rules as regular expressions, in the order in which they are tried. */
const rules: { readonly [split in Split]: readonly string[] } = {
  gpt2: [contraction, ' ?\\p{L}+', ' ?\\p{N}+', ' ?[^\\s\\p{L}\\p{N}]+', space],
  gpt4: [anyCase, `${lead}\\p{L}+`, '\\p{N}{1,3}', ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*', '\\s*[\\r\\n]+', space],
  gpt4o: [
    `${lead}${upper}*${lower}+(?:${anyCase})?`,
    `${lead}${upper}+${lower}*(?:${anyCase})?`,
    '\\p{N}{1,3}',
    ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*',
    '\\s*[\\r\\n]+',
    space,
  ],
};

/** The names of the splitting rules. */
export const splits = Object.keys(rules) as readonly Split[];

/**
 * Makes a function that calls `visit` with each word of a text. Words are handed out one at a time, since a list of
 * all words of a book takes more room than the book.
 *
 * @throws {RangeError} If there is no such rule.
 */
export function createSplitter(split: Split): (text: string, visit: (word: string) => void) => void {
  if (!splits.includes(split)) {
    throw new RangeError(`Cannot split text: expected one of ${splits.join(', ')}, got ${String(split)}`);
  }
  const pattern = new RegExp(rules[split].join('|'), 'gu');
  return (text, visit) => {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) visit(match[0]);
  };
}

/**
 * Cuts a text into words.
 *
 * @param split Whose rule; default `gpt4`.
 * @throws {RangeError} If there is no such rule.
 *
 * @example
 * splitWords("I'm 12345 years old") // ['I', "'m", ' ', '123', '45', ' years', ' old']
 */
export function splitWords(text: string, split: Split = 'gpt4'): string[] {
  const words: string[] = [];
  createSplitter(split)(text, (word) => words.push(word));
  return words;
}
