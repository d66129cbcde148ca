/** Tokens to disk, in llm.c's layout, which its trainer and its Python scripts read. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryName, writing } from '../../core/files.js';
import type { ShardOptions } from './openShards.js';
import { headerBytes, idBytesOf, mostTokens, shardHeader } from './shardLayout.js';

/**
 * Writes tokens as one file, in one piece: a header of 256 whole numbers (20240520, version 1, how many tokens; zeros),
 * then two bytes for each id; for vocabularies above 65,536 ids 20240801, version 7, and four bytes. That is llm.c's
 * `.bin`.
 *
 * @param ids All of them; or lists of them one after the other, which need not fit into memory together.
 * @returns How many tokens it holds.
 * @throws {RangeError} If an id is not in the vocabulary, there is none, or there are more than 2^31 - 1.
 * @throws {Error} If the file cannot be written.
 *
 * @example
 * writeShard('a.bin', stream, { vocabSize: 257 }) // 36
 */
export function writeShard(
  path: string,
  ids: ArrayLike<number> | Iterable<ArrayLike<number>>,
  options: ShardOptions,
): number {
  const writer = shardWriter(path, options);
  try {
    for (const some of isFlat(ids) ? [ids] : ids) writer.write(some);
    return writer.commit();
  } finally {
    writer.discard();
  }
}

const isFlat = (ids: ArrayLike<number> | Iterable<ArrayLike<number>>): ids is ArrayLike<number> =>
  'length' in ids && typeof ids[0] !== 'object';

/** A file of tokens that is being written. */
export interface ShardWriter {
  readonly write: (ids: ArrayLike<number>) => void;
  /** Gives the file its name, and says how many tokens it holds. */
  readonly commit: () => number;
  /** Leaves nothing behind; does nothing after `commit`. */
  readonly discard: () => void;
}

/** Starts a file of tokens; what it holds in memory is what `write` is given. */
export function shardWriter(path: string, { vocabSize, headerless = false }: ShardOptions): ShardWriter {
  const idBytes = idBytesOf(vocabSize);
  if (headerless && idBytes === 4)
    throw new RangeError(
      `Cannot write ${path}: ids alone have two bytes, and a vocabulary of ${vocabSize} needs four`,
    );
  const temporary = temporaryName(path);
  const file = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(temporary, 'wx');
  });
  let isOpen = true;
  let length = 0;
  const put = (bytes: Uint8Array, from: number) => {
    for (let at = 0; at < bytes.length; )
      at += writing(path, () => writeSync(file, bytes, at, bytes.length - at, from + at));
  };
  const start = headerless ? 0 : headerBytes;
  return {
    write: (ids) => {
      const packed = packedIds(path, ids, vocabSize, length);
      put(new Uint8Array(packed.buffer), start + length * idBytes);
      length += ids.length;
    },
    commit: () => {
      if (length < 1 || length > mostTokens)
        throw new RangeError(`Cannot write ${path}: expected 1 to ${mostTokens} tokens, got ${length}`);
      if (!headerless) put(shardHeader(length, idBytes), 0);
      writing(path, () => {
        fsyncSync(file);
        closeSync(file);
        isOpen = false;
        renameSync(temporary, path);
      });
      return length;
    },
    discard: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

function packedIds(
  path: string,
  ids: ArrayLike<number>,
  vocabSize: number,
  before: number,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  for (let nth = 0; nth < ids.length; nth++) {
    const id = ids[nth]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new RangeError(
      `Cannot write ${path}: expected ids from 0 to ${vocabSize - 1}, got ${id} as token ${before + nth}`,
    );
  }
  return idBytesOf(vocabSize) === 2 ? Uint16Array.from(ids) : Uint32Array.from(ids);
}
