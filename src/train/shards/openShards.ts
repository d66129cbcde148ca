/** Tokens on disk, read through a small window: a hundred billion of them take no more memory than ten. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { cannotRead } from '../../core/files.js';
import type { TokenRow } from '../tokenRow.js';
import { headerBytes, headerlessLayout, readLayout, type ShardLayout } from './shardLayout.js';

/** A file of tokens. */
export interface TokenShard extends TokenRow {
  readonly path: string;
}

/** Files of tokens that are open; `close` frees them. */
export interface TokenShards {
  /** Of all together, in tokens. */
  readonly length: number;
  readonly shards: readonly TokenShard[];
  readonly close: () => void;
}

/** What is known of the tokens. */
export interface ShardOptions {
  /** How many ids there are; a larger one is refused where it is read. */
  readonly vocabSize: number;
  /** The files are ids of two bytes each and nothing else, as nanoGPT writes them; default they are llm.c's. */
  readonly headerless?: boolean;
}

/**
 * Opens files of tokens, in the order given. Their headers are held against their lengths now; the ids are read, and
 * checked, when a batch needs them.
 *
 * @param paths llm.c's `.bin` files, with ids of two or of four bytes; see `writeShard`.
 * @throws {Error} If a file cannot be opened.
 * @throws {SyntaxError} If a file is none of tokens, is cut short or has bytes behind its end; later if an id is not in
 *   the vocabulary. The message names the file.
 *
 * @example
 * writeShard('whale.bin', stream, { vocabSize: 257 });
 * const tokens = openShards(['whale.bin'], { vocabSize: 257 });
 * [...tokens.shards[0].read(0, 3)] // [256, 116, 104]
 * randomBatches(tokens, { batchSize: 2, length: 8 }, createRandom(1)).next().value.length // 8
 * tokens.close();
 */
export function openShards(paths: readonly string[], options: ShardOptions): TokenShards {
  if (paths.length === 0) throw new RangeError('Cannot open tokens: expected at least one file, got none');
  const files: number[] = [];
  const close = () => {
    for (const file of files.splice(0)) closeSync(file);
  };
  try {
    const shards = paths.map((path) => {
      const file = opened(path);
      files.push(file);
      return shardOf(path, file, options);
    });
    return { length: shards.reduce((sum, { length }) => sum + length, 0), shards, close };
  } catch (error) {
    close();
    throw error;
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function shardOf(path: string, file: number, { vocabSize, headerless = false }: ShardOptions): TokenShard {
  const bytes = fstatSync(file).size;
  const layout = headerless
    ? headerlessLayout(path, bytes)
    : readLayout(path, bytesAt(path, file, 0, Math.min(headerBytes, bytes)), bytes);
  return {
    path,
    length: layout.length,
    read: (from, count) => checked(path, idsAt(path, file, layout, from, count), from, vocabSize),
  };
}

function idsAt(
  path: string,
  file: number,
  { idBytes, start }: ShardLayout,
  from: number,
  count: number,
): Uint16Array | Uint32Array {
  const { buffer } = bytesAt(path, file, start + from * idBytes, count * idBytes);
  return idBytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}

/** Bytes of a file, in a memory of their own. */
function bytesAt(path: string, file: number, from: number, count: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(new ArrayBuffer(count));
  for (let at = 0; at < count; ) {
    let read: number;
    try {
      read = readSync(file, bytes, at, count - at, from + at);
    } catch (error) {
      throw cannotRead(path, error);
    }
    if (read === 0)
      throw new SyntaxError(
        `Cannot read tokens of ${path}: it ends at byte ${from + at}, and was longer before`,
      );
    at += read;
  }
  return bytes;
}

function checked<Ids extends Uint16Array | Uint32Array>(
  path: string,
  ids: Ids,
  from: number,
  vocabSize: number,
): Ids {
  for (let nth = 0; nth < ids.length; nth++)
    if (ids[nth]! >= vocabSize)
      throw new SyntaxError(
        `Cannot read tokens of ${path}: expected ids below ${vocabSize}, got ${ids[nth]} as token ${from + nth}`,
      );
  return ids;
}
