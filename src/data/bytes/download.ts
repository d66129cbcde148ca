/**
 * Downloads a file so that what lies under its name is always complete: it is put together beside its name, checked, and
 * renamed. What a broken connection or a killed process leaves is resumed, if it is still the same file.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { isFull } from '../../core/files.js';
import { type Progress, progressOf } from '../../core/progress.js';
import { FinalError, type RemoteOptions } from './http.js';
import { type HubOptions, remoteSource } from './hub.js';
import { claimPart, readNote, releasePart, removePart, writeNote } from './partFile.js';
import { ChangedFile, type RemoteVersion, urlBytes } from './urlBytes.js';

/** What the file has to be, and who hears how far it is. */
export interface DownloadOptions extends HubOptions {
  /** Of the whole file, hexadecimal digits; default what Hugging Face's hub says of its large files, or none. */
  readonly sha256?: string;
  /** Of the whole file; default what the server says. */
  readonly bytes?: number;
  /** Hears how many bytes are there, at most ten times a second and at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

/** A file that is complete. */
export interface Downloaded {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Downloads a file. One that is there already and has the checksum, or else the size, that is asked for is kept, and
 * the server is not asked.
 *
 * @param source A web address, or `hf://datasets/OWNER/NAME/PATH`.
 * @param path Where it is to lie; folders on the way are made.
 * @throws {Error} If it cannot be had, or is not what was asked for; nothing is left under `path` then that was not
 *   there before. What came so far stays beside it, to be resumed.
 * @throws What the signal was aborted with.
 *
 * @example
 * const { createServer } = await import('node:http');
 * const server = createServer((_, answer) => answer.end('The whale.')).listen(0, '127.0.0.1');
 * await new Promise((resolve) => server.once('listening', resolve));
 * const { bytes } = await download(`http://127.0.0.1:${server.address().port}/a.txt`, 'a.txt');
 * bytes // 10
 * server.close();
 */
export async function download(
  source: string,
  path: string,
  { sha256, bytes, onProgress, ...hub }: DownloadOptions = {},
): Promise<Downloaded> {
  const { url, options } = remoteSource(source, hub);
  const wanted = { url, sha256: checkedDigest(sha256), bytes };
  const there = await wholeFile(path, wanted);
  if (there) return there;
  await mkdir(dirname(path), { recursive: true });
  const part = claimPart(path);
  try {
    const done = await completed(part, wanted, options, onProgress);
    await rename(part, path);
    removePart(part);
    return { path, ...done };
  } catch (error) {
    releasePart(path, part);
    if (options.signal?.aborted || error instanceof RangeError) throw error;
    throw new Error(sentenceOf(url, path, error), { cause: error });
  }
}

interface Wanted {
  readonly url: string;
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
}

/** What was put together is not what was asked for. */
class WrongContent extends Error {}

const mostRestarts = 3;

/** Fills a part until it is complete; starts again where the file on the server has changed. */
async function completed(
  part: string,
  wanted: Wanted,
  options: RemoteOptions,
  onProgress: DownloadOptions['onProgress'],
): Promise<{ bytes: number; sha256: string }> {
  for (let restarts = 0; ; restarts++) {
    const begun = await beginning(part, wanted);
    try {
      return await filled(part, begun, wanted, options, onProgress);
    } catch (error) {
      const isStale = error instanceof ChangedFile || (error instanceof WrongContent && begun.from > 0);
      if (isStale || error instanceof WrongContent) removePart(part);
      if (!isStale || restarts === mostRestarts) throw error;
    }
  }
}

/** How much of a part can be resumed: all, where it is known to be of this file, or nothing. */
async function beginning(
  part: string,
  wanted: Wanted,
): Promise<{ from: number; version: RemoteVersion | undefined }> {
  const size = (await stat(part).catch(() => undefined))?.size ?? 0;
  const note = readNote(part);
  const { etag, lastModified, bytes, sha256 } = note?.version ?? {};
  const isKnown = Boolean(etag ?? lastModified ?? sha256 ?? wanted.sha256);
  const isSame = note?.url === wanted.url && (wanted.bytes ?? bytes) === bytes;
  if (!note || !isKnown || !isSame || size > (bytes ?? Number.POSITIVE_INFINITY))
    return { from: 0, version: undefined };
  return { from: size, version: note.version };
}

async function filled(
  part: string,
  { from, version }: { readonly from: number; readonly version: RemoteVersion | undefined },
  { url, sha256, bytes }: Wanted,
  options: RemoteOptions,
  onProgress: DownloadOptions['onProgress'],
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const file = await open(part, 'a');
  let [at, known] = [from, version];
  try {
    await file.truncate(from);
    await hashFile(hash, part, from);
    const report = reporter(from, onProgress);
    const onVersion = (found: RemoteVersion) => {
      if (bytes !== undefined && found.bytes !== undefined && found.bytes !== bytes)
        throw new FinalError(`expected ${bytes} bytes, the server has ${found.bytes}`);
      known = found;
      writeNote(part, { url, version: found });
    };
    for await (const chunk of urlBytes(url, { ...options, from, version, onVersion })) {
      at += chunk.length;
      if (at > (bytes ?? Number.POSITIVE_INFINITY))
        throw new WrongContent(`expected ${bytes} bytes, the server sends more`);
      hash.update(chunk);
      await file.writeFile(chunk);
      report(at, known?.bytes ?? bytes, false);
    }
    await file.sync();
    report(at, at, true);
  } finally {
    await file.close();
  }
  if (bytes !== undefined && at !== bytes)
    throw new WrongContent(`expected ${bytes} bytes, the server sent ${at}`);
  const digest = hash.digest('hex');
  const expected = sha256 ?? known?.sha256;
  if (expected && digest !== expected) throw new WrongContent(`expected SHA-256 ${expected}, got ${digest}`);
  return { bytes: at, sha256: digest };
}

async function hashFile(hash: Hash, path: string, bytes: number): Promise<void> {
  if (bytes === 0) return;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
}

/** The file that is there already, if it is the one. */
async function wholeFile(path: string, { sha256, bytes }: Wanted): Promise<Downloaded | undefined> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined || (bytes ?? size) !== size || (!sha256 && bytes === undefined)) return undefined;
  const hash = createHash('sha256');
  await hashFile(hash, path, size);
  const digest = hash.digest('hex');
  return (sha256 ?? digest) === digest ? { path, bytes: size, sha256: digest } : undefined;
}

/** Tells how far it is, ten times a second at most; the rate is that of this run alone. */
function reporter(from: number, onProgress: DownloadOptions['onProgress']) {
  const start = performance.now();
  let last = 0;
  return (done: number, total: number | undefined, isLast: boolean): void => {
    const now = performance.now();
    if (!onProgress || (!isLast && now - last < 100)) return;
    last = now;
    const own = progressOf(done - from, total === undefined ? undefined : total - from, (now - start) / 1000);
    onProgress({ ...own, done, total });
  };
}

function checkedDigest(sha256: string | undefined): string | undefined {
  if (sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256)) return sha256?.toLowerCase();
  throw new RangeError(
    `Cannot check a download: expected a SHA-256 of 64 hexadecimal digits, got "${sha256}"`,
  );
}

function sentenceOf(url: string, path: string, error: unknown): string {
  if (isFull(error)) return `Cannot download ${url}: there is no room for ${path}`;
  return messageOf(error).replace(/^(Cannot read .*?: )?/, `Cannot download ${url}: `);
}
