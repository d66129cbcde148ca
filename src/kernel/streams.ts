/**
 * The text that a cell prints. Early pieces go out as they come, so that nothing is lost when a cell hangs right
 * after; a cell that prints much is sent in larger pieces, and past a limit no more.
 */
import { StringDecoder } from 'node:string_decoder';
import { Buffer, clearTimeout, process, Reflect, setTimeout } from '../core/globals.js';

type StreamName = 'stdout' | 'stderr';

/** Where the text of one cell goes. */
export interface CellStreams {
  readonly write: (name: StreamName, text: string) => void;
  /** Sends what is held back: before anything else is shown, and at the end. */
  readonly flush: () => void;
}

/** Pieces sent one by one before they are held together. */
const promptPieces = 500;
/** Characters held back at most. */
const heldCharacters = 64 * 1024;
/** Longest time for which text is held back while the cell lets timers run. */
const heldMilliseconds = 50;
/** Characters that one cell may print; enough for any reader, little enough for any notebook. */
export const mostCharacters = 10_000_000;

/** What a cell is told that prints more. */
export const outputCut = {
  type: 'stream',
  name: 'stderr',
  text: `\nOutput cut: this cell printed more than ${mostCharacters} characters.\n`,
} as const;

/** Makes the streams of one cell. */
export function createStreams(send: (name: StreamName, text: string) => void): CellStreams {
  let pieces = 0;
  let printed = 0;
  let held: { name: StreamName; text: string } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held) send(held.name, held.text);
    held = undefined;
  };
  return {
    flush,
    write: (name, text) => {
      if (text === '' || printed > mostCharacters) return;
      printed += text.length;
      if (printed > mostCharacters) {
        flush();
        send(outputCut.name, outputCut.text);
      } else if (++pieces <= promptPieces) send(name, text);
      else {
        if (held?.name !== name) flush();
        held = { name, text: (held?.text ?? '') + text };
        if (held.text.length >= heldCharacters) flush();
        else timer ??= setTimeout(flush, heldMilliseconds);
      }
    },
  };
}

/**
 * Catches what is written to `process.stdout` or `process.stderr`, by whichever library.
 *
 * @param target Where the text goes now; while it is `undefined` the stream works as before.
 * @returns What gives the stream back.
 */
export function redirect(name: StreamName, target: () => CellStreams | undefined): () => void {
  const stream = process[name];
  const original = stream.write;
  const decoder = new StringDecoder('utf8'); // a character may be cut between two writes
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const streams = target();
    if (!streams) return Reflect.apply(original, stream, [chunk, ...rest]);
    streams.write(name, typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)));
    const done = rest.findLast((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  };
  stream.write = write as typeof stream.write;
  return () => {
    stream.write = original;
  };
}
