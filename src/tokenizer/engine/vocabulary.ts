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
  const nothing = new Uint8Array(0);
  const regular = (id: number) => bytes.subarray(id === 0 ? 0 : ends[id - 1]!, ends[id]);
  const shown = (id: number) => {
    const bytes = id < ends.length ? regular(id) : nothing;
    return bytes.length > 0 ? bytes : (names.get(id) ?? nothing);
  };
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
      return id < ends.length ? regular(id).slice() : new Uint8Array(0);
    },
    decode: (ids) => {
      let length = 0;
      for (const id of ids) {
        check('decode', id);
        length += shown(id).length;
      }
      const joined = new Uint8Array(length);
      let at = 0;
      for (const id of ids) {
        joined.set(shown(id), at);
        at += shown(id).length;
      }
      return fromUtf8.decode(joined);
    },
  };
}
