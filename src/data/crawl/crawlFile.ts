/** Records of a run: small files that say what is done. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { hasCode } from '../../core/errors.js';
import { partFile } from '../../core/files.js';

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
