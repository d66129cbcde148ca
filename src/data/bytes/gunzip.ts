/**
 * Unpacks gzip as a stream. Node's own stream throws away what it has unpacked when it meets damage; this hands out
 * everything up to there, and says what is wrong after it.
 */
import { createGunzip } from 'node:zlib';
import { hasCode } from '../../core/errors.js';
import { DamagedBytes } from './damage.js';

/**
 * Unpacks all members of a gzip file.
 *
 * @throws {DamagedBytes} If the bytes are no gzip, are damaged, or end too early.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip({ chunkSize: 1 << 16 });
  let ready: Uint8Array[] = [];
  let failure: Error | undefined;
  stream.on('data', (chunk: Buffer) => ready.push(chunk));
  stream.on('error', (error) => {
    failure = error;
  });
  try {
    let isEmpty = true;
    for await (const chunk of chunks) {
      isEmpty &&= chunk.length === 0;
      await settled(stream, (done) => stream.write(chunk, done));
      yield* ready;
      ready = [];
      if (failure) break;
    }
    if (!failure && !isEmpty) await settled(stream, (done) => stream.once('end', done).end());
    yield* ready;
    if (failure || isEmpty) throw new DamagedBytes(sentenceOf(failure));
  } finally {
    stream.destroy();
  }
}

/** Waits for a step of the stream, or for the error that ends it. */
function settled(stream: NodeJS.EventEmitter, step: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('error', done);
      resolve();
    };
    stream.once('error', done);
    step(done);
  });
}

function sentenceOf(error: Error | undefined): string {
  if (!error || hasCode(error, 'Z_BUF_ERROR')) return 'the gzip file ends too early';
  return error.message === 'incorrect header check'
    ? 'expected gzip, got other bytes'
    : `its compressed bytes are damaged (${error.message})`;
}
