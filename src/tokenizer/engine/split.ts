/**
 * Cuts text into words before any merging, as GPT-2 and its successors do: merges never cross a word, so "dog" and
 * "dog." share their tokens. A word carries the space before it, and joining the words gives the text back.
 *
 * The rules are OpenAI's (openai/tiktoken, `tiktoken_ext/openai_public.py`), with the characters' kinds as tiktoken's Rust
 * has them. js-tiktoken cuts otherwise at U+0085 and U+FEFF, which JavaScript's `\s` takes the other way round.
 */
import { kindOf, markKinds, newline, space } from './characterKinds.js';
import {
  gpt2WordEnd,
  gpt4oWordEnd,
  gpt4WordEnd,
  qwen2WordEnd,
  smolLmWordEnd,
  type WordEnd,
} from './wordEnds.js';

/**
 * Whose rule cuts the text: `gpt2` (r50k), `gpt4` (cl100k, also Llama 3: digits by threes), `gpt4o` (o200k: by case as
 * well), `smolLm` (as GPT-2, each digit by itself) or `qwen2` (as GPT-4, each digit by itself).
 */
export type Split = 'gpt2' | 'gpt4' | 'gpt4o' | 'smolLm' | 'qwen2';

const wordEnds: { readonly [split in Split]: WordEnd } = {
  gpt2: gpt2WordEnd,
  gpt4: gpt4WordEnd,
  gpt4o: gpt4oWordEnd,
  smolLm: smolLmWordEnd,
  qwen2: qwen2WordEnd,
};

/** The names of the splitting rules. */
export const splits = Object.keys(wordEnds) as readonly Split[];

/** Sees one word: `units` from `start` to `end`, which are overwritten later. */
export type VisitWord = (units: Uint16Array, start: number, end: number) => void;

const chunkUnits = 2 ** 15; // small enough for a processor's second cache

/**
 * Makes a function that calls `visit` with each word of a text, in order. Words are handed out one at a time and as
 * UTF-16 units, since a list of strings takes more room, and more time, than the text. `visit` must not come back here.
 *
 * @throws {RangeError} If there is no such rule.
 */
export function createSplitter(split: Split): (text: string, visit: VisitWord) => void {
  if (!splits.includes(split)) {
    throw new RangeError(`Cannot split text: expected one of ${splits.join(', ')}, got ${String(split)}`);
  }
  const wordEnd = wordEnds[split];
  let units = new Uint16Array(0);
  let kinds = units;
  return (text, visit) => {
    for (let from = 0, to = 0; from < text.length; from = to) {
      to = chunkEnd(text, from);
      const length = to - from;
      if (units.length < length + 3) {
        units = new Uint16Array(2 * length + 3);
        kinds = new Uint16Array(units.length);
      }
      // Reading unit by unit takes longer than cutting. Node's processors are little-endian, as utf16le is.
      Buffer.from(units.buffer).write(length === text.length ? text : text.slice(from, to), 'utf16le');
      units.fill(0, length, length + 3);
      markKinds(units, length, kinds);
      for (let at = 0, end = 0; at < length; at = end) {
        end = wordEnd(units, kinds, at);
        visit(units, at, end);
      }
    }
    if (units.length > 4 * chunkUnits) units = kinds = new Uint16Array(0); // what one odd text took
  };
}

/** A place where every rule starts a word whatever came before: a blank behind something that is no white space. */
function chunkEnd(text: string, from: number): number {
  for (let size = chunkUnits; from + size < text.length; size *= 2) {
    let at = text.lastIndexOf(' ', from + size);
    while (at > from && kindOf(text.charCodeAt(at - 1)) & (space | newline))
      at = text.lastIndexOf(' ', at - 1);
    if (at > from) return at;
  }
  return text.length;
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
  let at = 0;
  createSplitter(split)(text, (_units, start, end) => {
    words.push(text.slice(at, at + end - start));
    at += end - start;
  });
  return words;
}
