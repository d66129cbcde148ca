/**
 * Messages over pipes, written and read while the process stands still: a length in four bytes, then JSON. Nothing
 * that comes in is trusted: it may be cut, too long, or no JSON.
 */
import { readSync, writeSync } from 'node:fs';

/** Bytes of one message at most. */
const mostBytes = 64 * 2 ** 20;

/** The other side is gone, or says what nobody understands. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** A message as bytes. @throws {RangeError} If it is too long. */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  if (body.length > mostBytes)
    throw new RangeError(
      `Cannot pass a value between the tests and the submission: it has ${body.length} bytes, at most ${mostBytes} are allowed`,
    );
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

/** Writes a whole message. @throws {WireError} If nobody can read it any more. */
export function writeMessage(fd: number, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } catch (error) {
    throw new WireError('the pipe is closed', { cause: error });
  }
}

/** Waits for a whole message. @throws {WireError} If the pipe ends, or what comes is no message. */
export function readMessage(fd: number): unknown {
  return parseBody(readBytes(fd, bodyLength(readBytes(fd, 4))));
}

/** The length that stands before a message. @throws {WireError} If it is too large. */
export function bodyLength(head: Buffer): number {
  const length = head.readUInt32LE();
  if (length > mostBytes) throw new WireError(`a message of ${length} bytes`);
  return length;
}

/** A message's text as a value. @throws {WireError} If it is not JSON. */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new WireError('a message that is not JSON', { cause: error });
  }
}

function readBytes(fd: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    let count: number;
    try {
      count = readSync(fd, bytes, at, length - at, null);
    } catch (error) {
      throw new WireError('the pipe is closed', { cause: error });
    }
    if (count === 0) throw new WireError('the pipe has ended');
    at += count;
  }
  return bytes;
}
