/** The bytes behind each id, packed into one array, and what follows from them alone: decoding. */
import type { Tokenizer } from '../tokenizer.js';

/** Everything of a tokenizer but `encode`. */
export type Vocabulary = Omit<Tokenizer, 'encode'>;

const utf8 = new TextEncoder();

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
  const { spelled, starts } = withNames(bytes, ends, names, vocabSize);
  const check = (action: string, id: number) => {
    if (id >>> 0 === id && id < vocabSize) return;
    const kind = typeof id === 'number' ? RangeError : TypeError;
    throw new kind(`Cannot ${action}: expected a token id from 0 to ${vocabSize - 1}, got ${String(id)}`);
  };
  return {
    vocabSize,
    specialTokens,
    tokenBytes: (id) => {
      check('look up a token', id);
      return names.has(id) ? new Uint8Array(0) : spelled.slice(starts[id], starts[id + 1]);
    },
    decode: (ids) => {
      checkIds(ids);
      let joined = Buffer.allocUnsafe(Array.isArray(ids) ? 64 + 5 * ids.length : 1024);
      let at = 0;
      let all = 0; // the bits of all bytes
      for (const id of ids) {
        check('decode', id);
        const end = starts[id + 1]!;
        let from = starts[id]!;
        if (at + end - from > joined.length) joined = grown(joined, at + end - from);
        while (from < end) {
          const byte = spelled[from++]!;
          all |= byte;
          joined[at++] = byte;
        }
      }
      return joined.toString(all < 0x80 ? 'latin1' : 'utf8', 0, at);
    },
  };
}

/** The bytes of all ids, special ones spelled by their names, and where each starts and the last ends. */
function withNames(
  bytes: Uint8Array,
  ends: Int32Array,
  names: ReadonlyMap<number, Uint8Array>,
  vocabSize: number,
) {
  const named = [...names.values()].reduce((sum, { length }) => sum + length, 0);
  const spelled = new Uint8Array(bytes.length + named);
  const starts = new Int32Array(vocabSize + 1);
  let from = 0;
  for (let id = 0, at = 0; id < vocabSize; id++) {
    starts[id] = at;
    const end = ends[id] ?? from;
    const name = from === end ? names.get(id) : undefined;
    if (name) for (const byte of name) spelled[at++] = byte;
    while (from < end) spelled[at++] = bytes[from++]!;
    starts[id + 1] = at;
  }
  return { spelled, starts };
}

/** Throws a `TypeError` unless it is handed something that gives ids one after the other. */
function checkIds(ids: unknown): void {
  if (typeof (ids as Iterable<number> | undefined)?.[Symbol.iterator] === 'function') return;
  throw new TypeError(
    `Cannot decode: expected a list of token ids, got ${ids === null ? 'null' : typeof ids}`,
  );
}

function grown(bytes: Buffer<ArrayBuffer>, least: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(2 * least);
  larger.set(bytes);
  return larger;
}
