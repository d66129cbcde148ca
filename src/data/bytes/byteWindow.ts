/**
 * The front of a stream of bytes: as much of it as a format asks for is in memory, and it moves forward only, so that a
 * file of any size is read in little memory.
 */

/** The bytes that are in memory now, and a way to more. */
export interface ByteWindow {
  /** What is in memory; valid until the next call of the others. */
  readonly view: () => Buffer;
  /** Reads on, at least doubling what is in memory; false at the end of the stream. */
  readonly more: () => Promise<boolean>;
  /** Reads on until so many bytes are in memory; false where the stream ends before. */
  readonly has: (count: number) => Promise<boolean>;
  /** Moves the front behind bytes that are in memory. */
  readonly skip: (count: number) => void;
  /** The first bytes, which are in memory; moves the front behind them. */
  readonly take: (count: number) => Buffer;
  /** Moves the front behind bytes that need not be in memory; false where the stream ends before. */
  readonly pass: (count: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Least bytes that `more` asks for. */
const step = 1 << 17;

/** A window over bytes that come in pieces of any size. The caller closes it, which closes the stream as well. */
export function byteWindow(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): ByteWindow {
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let front: Buffer = Buffer.alloc(0);
  const read = async (atLeast: number): Promise<boolean> => {
    const parts = front.length > 0 ? [front] : [];
    let missing = atLeast;
    while (missing > 0) {
      const { value, done } = await iterator.next();
      if (done) break;
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      missing -= value.length;
    }
    front = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    return missing < atLeast;
  };
  const skip = (count: number): void => {
    front = front.subarray(count);
  };
  return {
    view: () => front,
    more: () => read(Math.max(step, front.length)),
    has: async (count) => {
      if (front.length < count) await read(count - front.length);
      return front.length >= count;
    },
    skip,
    take: (count) => {
      const taken = front.subarray(0, count);
      skip(count);
      return taken;
    },
    pass: async (count) => {
      for (let left = count; left > 0; ) {
        if (front.length === 0 && !(await read(1))) return false;
        const now = Math.min(left, front.length);
        skip(now);
        left -= now;
      }
      return true;
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
