/**
 * The words and marks of a text as places instead of strings, found in one walk over its characters, which is several
 * times as fast as an expression. They are those of the current text, which several filters ask about in turn: the next
 * text is read into the same arrays, so nobody keeps them.
 */

import { brokenText, lacksBlanks } from './wordBreaks.js';

/**
 * Where the pieces of the current text are, until another is asked about. A word may hold an apostrophe, hyphen, dot or
 * comma inside (don't, 3.14); else each run of one mark is a piece. The published pipelines split with NLTK or spaCy, so a
 * count can differ by a little where a number is near a limit. Where a script has no blanks, `Intl.Segmenter` finds the words.
 */
export interface CurrentWords {
  readonly text: string;
  readonly count: number;
  /** Where each piece starts in the text, and where it ends. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many characters of pieces come before each one; one number more for all of them. */
  readonly starts: Int32Array;
  /** The characters of all pieces in a row, blanks left out. */
  readonly codes: Uint16Array;
  /** A running hash of these characters, by how many it covers: `hash = hash * hashBase + character`. */
  readonly hashes: Int32Array;
}

/** What the running hash is multiplied with for each character. */
export const hashBase = 0x01000193;

const [unknown, letters, mark, blank] = [0, 1, 2, 3];
const kinds = new Uint8Array(0x10000).fill(unknown);
const kindOf = (character: string): number =>
  /[\p{L}\p{N}\p{M}]/u.test(character) ? letters : /\s/u.test(character) ? blank : mark;

// Enough for most texts; a longer one gets arrays of its own, which go when the next text comes.
const usual = arraysFor(1 << 16);
let last: CurrentWords = { text: '', count: 0, ...usual };

function arraysFor(characters: number) {
  const array = () => new Int32Array(characters + 1);
  const codes = new Uint16Array(characters + 1);
  return { from: array(), to: array(), starts: array(), codes, hashes: array() };
}

/** Makes a text the current one and finds its pieces, if it is not current already. */
export function currentWords(text: string): CurrentWords {
  if (text === last.text) return last;
  if (lacksBlanks(text)) {
    last = brokenWords(text);
    return last;
  }
  const arrays = text.length < usual.from.length ? usual : arraysFor(text.length);
  const { from, to, starts, codes, hashes } = arrays;
  const { length } = text;
  let count = 0;
  let hash = 0;
  let characters = 0;
  for (let at = 0; at < length; ) {
    const kind = kindAt(text, at);
    if (kind === blank) {
      at++;
      continue;
    }
    from[count] = at;
    // Most words are plain letters up to the end, which are read and noted in one go.
    let end = kind === letters ? 0 : endOfMarks(text, at);
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (at === end || (end === 0 && kinds[code] !== letters)) {
        if (end === 0) end = endOfWord(text, at);
        if (at === end) break;
      }
      codes[characters] = code;
      hash = (Math.imul(hash, hashBase) + code) | 0;
      hashes[++characters] = hash;
    }
    to[count] = at;
    starts[++count] = characters;
  }
  last = { text, count, ...arrays };
  return last;
}

/** The same where the script has no blanks: runs of letters are parted into words, and marks are as ever. */
function brokenWords(text: string): CurrentWords {
  const arrays = text.length < usual.from.length ? usual : arraysFor(text.length);
  const { from, to, starts, codes, hashes } = arrays;
  let [count, characters] = [0, 0];
  const add = (start: number, end: number): void => {
    [from[count], to[count]] = [start, end];
    for (let at = start; at < end; at++) {
      codes[characters] = text.charCodeAt(at);
      hashes[characters + 1] =
        (Math.imul(characters === 0 ? 0 : hashes[characters]!, hashBase) + codes[characters]!) | 0;
      characters++;
    }
    starts[++count] = characters;
  };
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    const start = at;
    if (kind === blank) at++;
    else if (kind === mark) {
      at = endOfMarks(text, start);
      add(start, at);
    } else
      for (const piece of brokenText(text.slice(start, endOfWord(text, start)))) {
        add(at, at + piece.length);
        at += piece.length;
      }
  }
  return { text, count, ...arrays };
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code < 0xe000) return kindOf(String.fromCodePoint(text.codePointAt(at)!));
  const kind = kinds[code]!;
  if (kind !== unknown) return kind;
  kinds[code] = kindOf(String.fromCharCode(code));
  return kinds[code]!;
}

const widthAt = (text: string, at: number): number => (text.codePointAt(at)! > 0xffff ? 2 : 1);

/** Letters, digits and accents, and one of `'’.,-` at a time between them. */
function endOfWord(text: string, start: number): number {
  for (let at = start; ; ) {
    while (at < text.length && kinds[text.charCodeAt(at)] === letters) at++;
    if (at >= text.length) return at;
    if (kindAt(text, at) === letters) at += widthAt(text, at);
    else if (isInner(text.charCodeAt(at)) && at + 1 < text.length && kindAt(text, at + 1) === letters) at++;
    else return at;
  }
}

const isInner = (code: number): boolean => code === 39 || (code >= 44 && code <= 46) || code === 0x2019;

/** One mark, as often as it comes in a row. */
function endOfMarks(text: string, start: number): number {
  const code = text.codePointAt(start);
  let at = start;
  while (at < text.length && text.codePointAt(at) === code) at += widthAt(text, at);
  return at;
}
