/** Documents to as many files of tokens as they need. */
import type { ShardOptions } from './openShards.js';
import { type ShardWriter, shardWriter } from './writeShards.js';

/** How documents are laid out in files. */
export interface ShardSetOptions extends ShardOptions {
  /** The id that is put in front of each document. */
  readonly separatorId: number;
  /** Tokens of a file, but for the last; default 100,000,000, as llm.c's FineWeb. */
  readonly shardTokens?: number;
}

/** Files of tokens that are being filled. */
export interface ShardSet {
  /** Puts a document behind the last; one that does not fit into a file goes on in the next, as in llm.c. */
  readonly add: (ids: readonly number[]) => void;
  /** Ends the last file; says the names and lengths of all. */
  readonly commit: () => readonly { readonly path: string; readonly tokens: number }[];
  /** Leaves no half file behind; does nothing after `commit`. */
  readonly discard: () => void;
}

/** Ids that are kept until they are written together. */
const pending = 1 << 18;

/**
 * Starts to fill files `train_000000.bin`, `train_000001.bin`, … of a folder. A file has its name once it is full.
 *
 * @param path The folder and the beginning of the names: `tokens/train`.
 * @throws {RangeError} From `add`, if an id is not in the vocabulary.
 *
 * @example
 * const set = shardSet('tokens/train', { vocabSize: 257, separatorId: 256, shardTokens: 4 });
 * set.add([1, 2]);
 * set.add([3, 4, 5]);
 * set.commit().map(({ tokens }) => tokens) // [4, 3]
 */
export function shardSet(path: string, options: ShardSetOptions): ShardSet {
  const { separatorId, shardTokens = 100_000_000 } = options;
  const done: { readonly path: string; readonly tokens: number }[] = [];
  const nextPath = () => `${path}_${String(done.length).padStart(6, '0')}.bin`;
  let writer: ShardWriter | undefined;
  let waiting: number[] = [];
  let room = shardTokens;
  const flush = () => {
    if (waiting.length === 0) return;
    writer ??= shardWriter(nextPath(), options);
    writer.write(waiting);
    waiting = [];
  };
  const end = () => {
    flush();
    if (writer) done.push({ path: nextPath(), tokens: writer.commit() });
    [writer, room] = [undefined, shardTokens];
  };
  const put = (id: number) => {
    waiting.push(id);
    room--;
    if (room === 0) end();
    else if (waiting.length === pending) flush();
  };
  return {
    add: (ids) => {
      put(separatorId);
      for (const id of ids) put(id);
    },
    commit: () => {
      end();
      return done;
    },
    discard: () => writer?.discard(),
  };
}
