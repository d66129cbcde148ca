/** Bytes that arrive in pieces, taken in the pieces that a format asks for. */

/** The front of a stream of bytes. */
export interface ByteQueue {
  /** Waits until so many bytes are there; false where the stream ends before. */
  readonly has: (count: number) => Promise<boolean>;
  /** The first bytes, all of which are there; valid until the next call of `has`. */
  readonly peek: (count: number) => Buffer;
  readonly take: (count: number) => Buffer;
  readonly skip: (count: number) => void;
}

/** A queue over pieces of any size. */
export function byteQueue(chunks: AsyncIterable<Uint8Array>): ByteQueue {
  const iterator = chunks[Symbol.asyncIterator]();
  let front: Buffer = Buffer.alloc(0);
  const skip = (count: number) => {
    front = front.subarray(count);
  };
  return {
    has: async (count) => {
      if (front.length >= count) return true;
      const parts = [front];
      let length = front.length;
      let isDone = false;
      while (length < count && !isDone) {
        const { value, done } = await iterator.next();
        if (done) isDone = true;
        else {
          parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
          length += value.length;
        }
      }
      front = Buffer.concat(parts);
      return length >= count;
    },
    peek: (count) => front.subarray(0, count),
    take: (count) => {
      const taken = front.subarray(0, count);
      skip(count);
      return taken;
    },
    skip,
  };
}
