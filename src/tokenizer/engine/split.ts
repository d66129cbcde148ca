/**
 * Cuts text into words before any merging, as GPT-2 and its successors do: merges never cross a word, so "dog" and
 * "dog." share their tokens. A word carries the space before it, and joining the words gives the text back.
 *
 * The rules are OpenAI's (openai/tiktoken, `tiktoken_ext/openai_public.py`), with the characters' kinds as tiktoken's Rust
 * has them. js-tiktoken cuts otherwise at U+0085 and U+FEFF, which JavaScript's `\s` takes the other way round.
 */
import { kindOf, markKinds, newline, space } from './characterKinds.js';
import { type Cut, cutByExpression, cutInTurn } from './expressions.js';
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
export type SplitName = 'gpt2' | 'gpt4' | 'gpt4o' | 'smolLm' | 'qwen2';

/**
 * What cuts the text into words: a rule by its name; `none`, where a whole text is one word; an expression, each match of
 * which is a word, and what lies between two as well; or a list, of which each cuts what the one before left whole.
 *
 * An expression reads code points, as with the flag `u`, and what `\\p{L}` is in it depends on the Unicode of the Node that
 * runs; the named rules do not.
 */
export type Split = SplitName | 'none' | RegExp | readonly (SplitName | RegExp)[];

const wordEnds: { readonly [split in SplitName]: WordEnd } = {
  gpt2: gpt2WordEnd,
  gpt4: gpt4WordEnd,
  gpt4o: gpt4oWordEnd,
  smolLm: smolLmWordEnd,
  qwen2: qwen2WordEnd,
};

/** The names of the splitting rules. */
export const splits = Object.keys(wordEnds) as readonly SplitName[];

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
  return isSplitName(split) ? splitterByName(split) : splitterByCut(cutOf(split));
}

const isSplitName = (split: unknown): split is SplitName => splits.includes(split as SplitName);

function cutOf(split: Split): Cut {
  if (split === 'none') return cutInTurn([]);
  if (split instanceof RegExp) return cutByExpression(split);
  if (Array.isArray(split)) return cutInTurn(split.map(cutOf));
  if (!isSplitName(split)) {
    const names = [...splits, 'none', 'an expression'].join(', ');
    throw new RangeError(`Cannot split text: expected one of ${names}, got ${String(split)}`);
  }
  const forEachWord = splitterByName(split);
  return (text, see) => {
    let done = 0;
    forEachWord(text, (_units, start, end) => {
      done += end - start;
      see(done);
    });
  };
}

function splitterByName(split: SplitName): (text: string, visit: VisitWord) => void {
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
      writeUnits(units, text, from, to);
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

function splitterByCut(cut: Cut): (text: string, visit: VisitWord) => void {
  let units = new Uint16Array(chunkUnits);
  return (text, visit) => {
    let [from, to, start] = [0, 0, 0]; // of the text, what is in `units`, and where the word starts
    cut(text, (end) => {
      if (end > to) {
        from = start;
        to = Math.max(end, Math.min(text.length, from + chunkUnits));
        if (to - from > units.length) units = new Uint16Array(to - from);
        writeUnits(units, text, from, to);
      }
      visit(units, start - from, end - from);
      start = end;
    });
    if (units.length > 4 * chunkUnits) units = new Uint16Array(chunkUnits);
  };
}

/** Reading unit by unit takes longer than cutting. Node's processors are little-endian, as utf16le is. */
function writeUnits(units: Uint16Array, text: string, from: number, to: number): void {
  const part = from === 0 && to === text.length ? text : text.slice(from, to);
  Buffer.from(units.buffer).write(part, 'utf16le');
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

/** Throws a `RangeError` where there is no such rule. */
export function checkSplit(split: Split): void {
  if (!isSplitName(split)) cutOf(split);
}

/**
 * Cuts a text into words.
 *
 * @param split What cuts; default `gpt4`.
 * @throws {RangeError} If there is no such rule.
 *
 * @example
 * splitWords("I'm 12345 years old") // ['I', "'m", ' ', '123', '45', ' years', ' old']
 * splitWords('12345 years', /\d{1,3}(?=(\d{3})*(?!\d))/) // ['12', '345', ' years']
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
