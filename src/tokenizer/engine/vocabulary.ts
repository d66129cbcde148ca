/** The bytes behind each id, packed into one array, and what follows from them alone: decoding. */
import type { Tokenizer } from '../tokenizer.js';

/** Everything of a tokenizer but `encode`. */
export type Vocabulary = Omit<Tokenizer, 'encode'>;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true }); // without it a leading U+FEFF is lost

/**
 * Makes a vocabulary.
 *
 * A special token decodes to its name. An id that no token uses, such as 100,256 of cl100k, stands for nothing: no bytes
 * and no text.
 *
 * @param bytes The bytes of all regular tokens, one after the other in the order of their ids; special tokens among them
 *   have none.
 * @param ends Where each of them ends.
 */
export function createVocabulary(
  bytes: Uint8Array,
  ends: Int32Array,
  specialTokens: ReadonlyMap<string, number>,
): Vocabulary {
  const vocabSize = Math.max(ends.length, 1 + Math.max(-1, ...specialTokens.values()));
  const names = new Map([...specialTokens].map(([name, id]) => [id, utf8.encode(name)]));
  const startOf = (id: number) => (id === 0 ? 0 : ends[id - 1]!);
  const check = (action: string, id: number) => {
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) return;
    const kind = typeof id === 'number' ? RangeError : TypeError;
    throw new kind(`Cannot ${action}: expected a token id from 0 to ${vocabSize - 1}, got ${String(id)}`);
  };
  return {
    vocabSize,
    specialTokens,
    tokenBytes: (id) => {
      check('look up a token', id);
      return id < ends.length ? bytes.slice(startOf(id), ends[id]) : new Uint8Array(0);
    },
    decode: (ids) => {
      checkIds(ids);
      let joined = new Uint8Array(1024);
      let at = 0;
      for (const id of ids) {
        check('decode', id);
        let [from, start, end] = id < ends.length ? [bytes, startOf(id), ends[id]!] : [bytes, 0, 0];
        const name = start === end ? names.get(id) : undefined;
        if (name) [from, start, end] = [name, 0, name.length];
        if (at + end - start > joined.length) joined = grown(joined, at + end - start);
        while (start < end) joined[at++] = from[start++]!;
      }
      return fromUtf8.decode(joined.subarray(0, at));
    },
  };
}

/** Throws a `TypeError` unless it is handed something that gives ids one after the other. */
function checkIds(ids: unknown): void {
  if (typeof (ids as Iterable<number> | undefined)?.[Symbol.iterator] === 'function') return;
  throw new TypeError(
    `Cannot decode: expected a list of token ids, got ${ids === null ? 'null' : typeof ids}`,
  );
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * least);
  larger.set(bytes);
  return larger;
}
