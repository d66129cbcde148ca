/** Records of a run: small files that say what is done. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { hasCode } from '../../core/errors.js';
import { cannotRead, partFile } from '../../core/files.js';

/** A file that decides about documents, as it was when the run started. */
export interface RunFile {
  readonly path: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Writes a small file, such as the record that something is done. */
export function writeRecord(path: string, record: object): void {
  const file = partFile(path); // the disk has it before anything builds on it
  try {
    file.write(Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
    file.commit();
  } finally {
    file.discard();
  }
}

/** Reads what `writeRecord` wrote; `undefined` where there is no such file. */
export function readRecord<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new Error(`Cannot go on with ${path}: it is not what a run writes; remove it`, { cause: error });
  }
}

/** The checksum of a file, read as a stream. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * A file that decides about documents, as it is now.
 *
 * @throws {Error} If it cannot be read.
 */
export function lookAtFile(path: string): RunFile {
  try {
    return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/**
 * Compares such a file with what it was when the run began.
 *
 * @throws {Error} If it was changed.
 */
export function checkFile({ path, sha256 }: RunFile): void {
  if (lookAtFile(path).sha256 !== sha256)
    throw new Error(`Cannot go on: ${path} was changed since the run began; ${startAnew}`);
}

/** What to do where a run cannot go on. */
export const startAnew = 'start anew with --overwrite or in another folder';
