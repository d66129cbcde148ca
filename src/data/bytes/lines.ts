/** Cuts bytes into lines, whatever pieces they come in. A line that is too long is reported, and its bytes are not held. */
import { isUtf8 } from 'node:buffer';
import { DamageBehind } from './gzip.js';

/** A line without its end. */
export interface Line {
  readonly text: string;
  /** Whether its bytes were UTF-8; what was not became U+FFFD. */
  readonly isUtf8: boolean;
}

const newline = 10;

/**
 * The lines of a text in UTF-8.
 *
 * @param maxBytes A longer line comes out as `undefined`; its bytes are not held.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line | undefined, void, undefined> {
  let parts: Buffer[] = [];
  let held = 0;
  let isFirst = true;
  const take = (end: Buffer): Line | undefined => {
    const bytes = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    const isTooLong = held + end.length > maxBytes;
    parts = [];
    held = 0;
    const mark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    isFirst = false;
    if (isTooLong) return undefined;
    return { text: bytes.toString('utf8', mark), isUtf8: isUtf8(bytes) };
  };
  try {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let start = 0;
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        yield take(bytes.subarray(start, end));
        start = end + 1;
      }
      if (start === bytes.length) continue;
      held += bytes.length - start;
      if (held > maxBytes) parts = [];
      else parts.push(Buffer.from(bytes.subarray(start)));
    }
  } catch (error) {
    if (held > 0 && error instanceof DamageBehind) yield take(Buffer.alloc(0));
    throw error;
  }
  if (held > 0) yield take(Buffer.alloc(0));
}
