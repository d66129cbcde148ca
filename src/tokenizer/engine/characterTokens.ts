/**
 * Characters of several bytes that are always one token before anything else happens to them, as most Chinese ones are.
 * Merging may start from them and not from their bytes, with the same ids and a third of the work.
 *
 * A merge happens after all of lower ranks, and the merges inside a character that is token t have ranks up to t. So it
 * becomes whole whatever stands beside it, unless a merge below t joins its first bytes to what is before them, or its last
 * bytes to what is behind.
 */
import { mergeIds } from './merge.js';
import type { PackedTokens } from './packedTokens.js';
import type { PairTable } from './pairTable.js';
import { codePointAt, writeCodePoint } from './utf8.js';

/** Puts a word in the place of `ids`, which has three for each unit: whole characters and bytes. Gives how many they are. */
export type WriteWord = (units: Uint16Array, start: number, end: number, ids: Int32Array) => number;

/**
 * Makes the function that puts words down for merging.
 *
 * @param packed The tokens; from 256 on, each is the merge of that rank.
 * @param merges What is joined to tokens 256 and up.
 * @param table The same, to look up.
 * @param byteIds The id of each byte.
 */
export function createWordWriter(
  packed: PackedTokens,
  merges: readonly (readonly [left: number, right: number])[],
  table: PairTable,
  byteIds: Int32Array,
): WriteWord {
  const characters = characterTokens(packed, merges, table, byteIds);
  return (units, start, end, ids) => {
    let to = 0;
    for (let at = start; at < end; at++) {
      const code = codePointAt(units, at, end);
      if (code > 0xffff) at++;
      const id = characters[code]!;
      if (id !== -1) ids[to++] = id;
      else {
        const from = to;
        to = writeCodePoint(code, ids, to);
        for (let byte = from; byte < to; byte++) ids[byte] = byteIds[ids[byte]!]!;
      }
    }
    return to;
  };
}

/** The ids of such characters, and of ASCII, by their code points; -1 for the others. */
function characterTokens(
  packed: PackedTokens,
  merges: readonly (readonly [left: number, right: number])[],
  table: PairTable,
  byteIds: Int32Array,
): Int32Array {
  const { bytes, ends } = packed;
  const torn = firstTears(packed, merges);
  const ids = new Int32Array(0x110000).fill(-1);
  for (let code = 0; code < 128; code++) ids[code] = byteIds[code]!;
  const merged = new Int32Array(4);
  for (let id = 256; id < ends.length; id++) {
    const [start, end] = [ends[id - 1]!, ends[id]!];
    const code = codePointOf(bytes, start, end);
    if (code === -1) continue;
    for (let at = start; at < end; at++) merged[at - start] = byteIds[bytes[at]!]!;
    let isWhole = mergeIds(merged, end - start, table) === 1 && merged[0] === id;
    for (let at = start + 1; at < end; at++) {
      isWhole &&= !(torn.get(keyOf(bytes, start, at))! < id) && !(torn.get(keyOf(bytes, at, end))! < id);
    }
    if (isWhole) ids[code] = id;
  }
  return ids;
}

/** The first merge that joins the beginning of a character to what is before it, or its end to what is behind. */
function firstTears({ bytes, ends }: PackedTokens, merges: readonly (readonly [number, number])[]) {
  const torn = new Map<number, number>();
  const startOf = (id: number): number => (id === 0 ? 0 : ends[id - 1]!);
  for (let nth = merges.length - 1; nth >= 0; nth--) {
    const [left, right] = merges[nth]!;
    if (isContinuation(bytes[startOf(right)]!)) continue; // both parts lie in one character
    for (const part of [left, right])
      if (ends[part]! - startOf(part) < 4) torn.set(keyOf(bytes, startOf(part), ends[part]!), 256 + nth);
  }
  return torn;
}

/** Up to four bytes as a number, behind a 1 that tells how many they are. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  let key = 1;
  for (let at = start; at < end; at++) key = key * 256 + bytes[at]!;
  return key;
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** The one character that some bytes are; -1 where they are anything else, or ASCII. */
function codePointOf(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]!;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || end - start !== length) return -1;
  let code = first & (0x7f >> length);
  for (let at = start + 1; at < end; at++) {
    if (!isContinuation(bytes[at]!)) return -1;
    code = (code << 6) | (bytes[at]! & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  return code >= least && code < 0x110000 && (code & 0x1ff800) !== 0xd800 ? code : -1;
}
