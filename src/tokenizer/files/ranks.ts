/**
 * Vocabularies as OpenAI publishes them, a list of tokens in the order in which they were learned, to merges and back.
 */
import type { BpeModel } from '../bpe.js';
import { mergeIds } from '../engine/merge.js';
import { packTokens } from '../engine/packedTokens.js';
import { createPairTable } from '../engine/pairTable.js';

/** The part of a model that a list of tokens holds. */
export type Ranked = Required<Pick<BpeModel, 'merges' | 'bytes'>>;

/**
 * Finds the merge behind each token: its bytes, encoded with the tokens before it, are two ids, and those were joined.
 *
 * @param tokens The bytes of each id, single bytes first.
 * @throws {RankError} If a token is not what two earlier ones make.
 */
export function mergesOfTokens(tokens: readonly Uint8Array[]): Ranked {
  const bytes = tokens.slice(0, 256).map((token, id) => {
    if (token.length !== 1) throw new RankError(id, 'to be a single byte', `${token.length} bytes`);
    return token[0]!;
  });
  if (bytes.length < 256) throw new RankError(bytes.length, 'to be one of the 256 bytes', 'nothing');
  const byteIds = new Int32Array(256).fill(-1);
  for (const [id, byte] of bytes.entries()) {
    if (byteIds[byte] !== -1) throw new RankError(id, 'to be another byte', `byte ${byte} again`);
    byteIds[byte] = id;
  }
  const table = createPairTable();
  const merges: [number, number][] = [];
  let ids = new Int32Array(256);
  for (let id = 256; id < tokens.length; id++) {
    const token = tokens[id]!;
    if (token.length > ids.length) ids = new Int32Array(2 * token.length);
    for (let at = 0; at < token.length; at++) ids[at] = byteIds[token[at]!]!;
    const left = mergeIds(ids, token.length, table);
    if (left !== 2) throw new RankError(id, 'to join two earlier tokens', left === 1 ? 'one' : `${left}`);
    table.set(ids[0]!, ids[1]!, id);
    merges.push([ids[0]!, ids[1]!]);
  }
  return { bytes, merges };
}

/** A list of tokens that cannot be learned merges; `token` is the id at which that shows. */
export class RankError extends RangeError {
  constructor(
    readonly token: number,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`Cannot use a vocabulary: expected token ${token} ${expected}, got ${got}`);
  }
}

/** The bytes of each id, special tokens left out. */
export function tokensOfModel({ bytes, merges }: Pick<BpeModel, 'bytes' | 'merges'>): Uint8Array[] {
  const packed = packTokens(bytes ?? Array.from({ length: 256 }, (_, byte) => byte), merges);
  return Array.from(packed.ends, (end, id) => packed.bytes.subarray(id === 0 ? 0 : packed.ends[id - 1], end));
}
