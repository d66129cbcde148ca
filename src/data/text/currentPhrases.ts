/**
 * Runs of words that come again in a text, counted without a string for each run, and exactly: a hash only says where to
 * look. Most runs come once, and most of the work is not to look at those: three words can come again only where the first
 * two do, and a long run only where its first sixteen characters do.
 */
import { type CurrentWords, hashBase } from './currentWords.js';

/** The runs of the current text, until another is asked about. */
export interface CurrentPhrases {
  /** The most frequent run of `n` words, the first of those that come as often, and the characters of all its places. */
  readonly top: (n: number) => { readonly phrase: string; readonly characters: number };
  /**
   * Characters, blanks not counted, in runs of `n` words that came before; a run that is found is stepped over whole. Runs
   * are the same where their characters are, wherever their words part.
   */
  readonly repeatedCharacters: (n: number) => number;
}

/** Prepares the runs of the current text. */
export function currentPhrases(places: CurrentWords): CurrentPhrases {
  const ids = firstWords(places);
  let level = { n: 1, ...counted(ids) };
  let candidates: { readonly n: number; readonly at: readonly number[] } | undefined;
  const joined = (at: number, n: number, glue: string) =>
    Array.from({ length: n }, (_, nth) => wordAt(places, at + nth)).join(glue);
  return {
    top: (n) => {
      if (n < level.n) level = { n: 1, ...counted(ids) };
      while (level.n < n) level = { n: level.n + 1, ...counted(longerRuns(level.firsts, level.counts, ids)) };
      if (level.firsts.length === 0) return { phrase: '', characters: 0 };
      const phrase = joined(level.best, n, ' ');
      return { phrase, characters: phrase.length * level.most };
    },
    repeatedCharacters: (n) => {
      if (!candidates || candidates.n > n) candidates = { n, at: mayRepeat(places, n) };
      return repeated(places, n, candidates.at);
    },
  };
}

const wordAt = ({ text, from, to }: CurrentWords, at: number): string => text.slice(from[at]!, to[at]!);

/** How often each run comes, by its first place, and which comes most often. */
function counted(firsts: Int32Array) {
  const counts = new Int32Array(firsts.length);
  let [best, most] = [0, 0];
  for (let at = 0; at < firsts.length; at++) {
    const first = firsts[at]!;
    const count = counts[first]! + 1;
    counts[first] = count;
    if (count > most) {
      most = count;
      best = first;
    }
  }
  return { firsts, counts, best, most };
}

/** For each run of one word more its first place, from the first places of the runs without the last word. */
function longerRuns(shorter: Int32Array, counts: Int32Array, ids: Int32Array): Int32Array {
  const firsts = new Int32Array(Math.max(0, shorter.length - 1));
  const n = ids.length - firsts.length + 1;
  const { table, bits } = emptyTable(ids.length);
  for (let at = 0; at < firsts.length; at++) {
    firsts[at] = at;
    const start = shorter[at]!;
    if (counts[start] === 1) continue; // what comes once comes once with a further word
    const end = ids[at + n - 1]!;
    let slot = slotOf(Math.imul(start, hashBase) ^ end, bits);
    for (; table[slot]! > 0; slot = (slot + 1) & (table.length - 1)) {
      const place = table[slot]! - 1;
      if (shorter[place] !== start || ids[place + n - 1] !== end) continue;
      firsts[at] = place;
      break;
    }
    if (table[slot] === 0) table[slot] = at + 1;
  }
  return firsts;
}

/** For each word the place where it came first. */
function firstWords({ count, starts, codes, hashes }: CurrentWords): Int32Array {
  const firsts = new Int32Array(count);
  const { table, bits } = emptyTable(count);
  for (let at = 0; at < count; at++) {
    const start = starts[at]!;
    const end = starts[at + 1]!;
    const hash = hashes[end]! - Math.imul(start === 0 ? 0 : hashes[start]!, powerOf(end - start));
    let slot = slotOf(hash, bits);
    for (; table[slot]! > 0; slot = (slot + 1) & (table.length - 1)) {
      const place = table[slot]! - 1;
      if (starts[place + 1]! - starts[place]! === end - start && isSame(codes, starts[place]!, start, end))
        break;
    }
    if (table[slot] === 0) table[slot] = at + 1;
    firsts[at] = table[slot]! - 1;
  }
  return firsts;
}

/** The places of runs of `n` words that may come again, because their first characters do or because they are short. */
function mayRepeat(places: CurrentWords, n: number): number[] {
  const { starts, count } = places;
  const again = comesAgain(places);
  const found: number[] = [];
  for (let at = 0; at + n <= count; at++)
    if (again[at] === 1 || starts[at + n]! - starts[at]! < windowSize) found.push(at);
  return found;
}

/** The characters in runs that came before, at some places out of which no run of so many words that repeats is missing. */
function repeated(places: CurrentWords, n: number, candidates: readonly number[]): number {
  const { starts, count } = places;
  const { table, bits } = emptyTable(candidates.length);
  let characters = 0;
  let next = 0;
  for (const at of candidates) {
    if (at < next || at + n > count) continue;
    if (firstRun(places, at, n, table, bits) === at) continue;
    characters += starts[at + n]! - starts[at]!;
    next = at + n;
  }
  return characters;
}

/** The place of the first run in the table with the characters of the one at `at`, which is put in where there is none. */
function firstRun(
  { starts, codes, hashes }: CurrentWords,
  at: number,
  n: number,
  table: Int32Array,
  bits: number,
): number {
  const start = starts[at]!;
  const end = starts[at + n]!;
  const power = powerOf(end - start);
  const hashOf = (from: number, to: number) =>
    (hashes[to]! - Math.imul(from === 0 ? 0 : hashes[from]!, power)) | 0;
  const hash = hashOf(start, end);
  let slot = slotOf(hash, bits);
  for (; table[slot]! > 0; slot = (slot + 1) & (table.length - 1)) {
    const place = table[slot]! - 1;
    const [from, to] = [starts[place]!, starts[place + n]!];
    if (to - from === end - start && hashOf(from, to) === hash && isSame(codes, from, start, end))
      return place;
  }
  table[slot] = at + 1;
  return at;
}

/** Whether the characters from `one` on are those from `start` to `end`. */
function isSame(codes: Uint16Array, one: number, start: number, end: number): boolean {
  let other = one;
  for (let at = start; at < end; at++) if (codes[at] !== codes[other++]) return false;
  return true;
}

const windowSize = 16;

/** Marks the words at which characters start that start at another word as well, by hash: some too many, none too few. */
function comesAgain({ count, starts, hashes }: CurrentWords): Uint8Array {
  const again = new Uint8Array(count);
  const { table, bits } = emptyTable(count);
  const windows = new Int32Array(count);
  const power = powerOf(windowSize);
  const last = starts[count]! - windowSize;
  for (let at = 0; at < count && starts[at]! <= last; at++) {
    const start = starts[at]!;
    const hash = (hashes[start + windowSize]! - Math.imul(start === 0 ? 0 : hashes[start]!, power)) | 0;
    windows[at] = hash;
    let slot = slotOf(hash, bits);
    while (table[slot]! > 0 && windows[table[slot]! - 1] !== hash) slot = (slot + 1) & (table.length - 1);
    if (table[slot] === 0) table[slot] = at + 1;
    else {
      again[at] = 1;
      again[table[slot]! - 1] = 1;
    }
  }
  return again;
}

let scratch = new Int32Array(0);

/** A table of places, counted from 1, at most a quarter full; it is the same memory each time, so only one is in use. */
function emptyTable(count: number): { readonly table: Int32Array; readonly bits: number } {
  const bits = Math.max(4, 34 - Math.clz32(count));
  if (scratch.length < 1 << bits) scratch = new Int32Array(1 << bits);
  const table = scratch.subarray(0, 1 << bits).fill(0);
  return { table, bits };
}

const slotOf = (hash: number, bits: number): number => Math.imul(hash, 0x9e3779b1) >>> (32 - bits);

let powers = Int32Array.of(1);

function powerOf(exponent: number): number {
  if (exponent >= powers.length) {
    powers = new Int32Array(2 * exponent + 1);
    powers[0] = 1;
    for (let nth = 1; nth < powers.length; nth++) powers[nth] = Math.imul(powers[nth - 1]!, hashBase);
  }
  return powers[exponent]!;
}
