/** A window over bytes that moves forward only, so that a file of any size is read in little memory. */
import { open } from 'node:fs/promises';

/** Bytes that are in memory now, and a way to more. */
export interface ByteWindow {
  /** What is in the window; valid until the next call of the others. */
  readonly view: () => Uint8Array;
  /** Reads on, doubling the window; false at the end of the file. */
  readonly more: () => Promise<boolean>;
  /** Moves the window's start forward. */
  readonly skip: (bytes: number) => void;
  /** Where in the file the window starts. */
  readonly offset: () => number;
  readonly close: () => Promise<void>;
}

const chunk = 1 << 20;

/** A window over a file; the caller closes it. `onBytes` hears how many bytes were read, each time that some were. */
export async function fileWindow(
  path: string,
  onBytes: (count: number) => void = () => {},
): Promise<ByteWindow> {
  const file = await open(path);
  let bytes: Uint8Array = new Uint8Array(0);
  let start = 0;
  return {
    view: () => bytes,
    more: async () => {
      const grown = new Uint8Array(bytes.length + Math.max(chunk, bytes.length));
      grown.set(bytes);
      const { bytesRead } = await file.read(
        grown,
        bytes.length,
        grown.length - bytes.length,
        start + bytes.length,
      );
      bytes = grown.subarray(0, bytes.length + bytesRead);
      onBytes(bytesRead);
      return bytesRead > 0;
    },
    skip: (count) => {
      bytes = bytes.subarray(count);
      start += count;
    },
    offset: () => start,
    close: () => file.close(),
  };
}

/** A window over bytes that come as a stream; the caller closes it. */
export function streamWindow(chunks: AsyncGenerator<Uint8Array>): ByteWindow {
  let bytes: Uint8Array = new Uint8Array(0);
  let start = 0;
  return {
    view: () => bytes,
    more: async () => {
      const parts = [bytes];
      for (let wanted = Math.max(chunk >> 3, bytes.length); wanted > 0; ) {
        const { value, done } = await chunks.next();
        if (done) break;
        parts.push(value);
        wanted -= value.length;
      }
      const before = bytes.length;
      if (parts.length > 1) bytes = Buffer.concat(parts);
      return bytes.length > before;
    },
    skip: (count) => {
      bytes = bytes.subarray(count);
      start += count;
    },
    offset: () => start,
    close: async () => {
      await chunks.return(undefined);
    },
  };
}

/** A window over bytes that are all there. */
export function memoryWindow(all: Uint8Array): ByteWindow {
  let start = 0;
  return {
    view: () => all.subarray(start),
    more: async () => false,
    skip: (count) => {
      start += count;
    },
    offset: () => start,
    close: async () => {},
  };
}

/** Where `needle` begins in `bytes` at or after `from`; -1 where it does not. */
export function indexOfBytes(bytes: Uint8Array, needle: Uint8Array, from = 0): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(needle, from);
}
