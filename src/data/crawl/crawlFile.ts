/**
 * Files of a run. A file has its name only once it is whole, so a reader or a run that comes after a killed one finds it
 * whole or not at all; until then its name says who writes it. Two processes that make the same file make the same bytes,
 * and the second puts its file in the place of the first.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { hasCode } from '../../core/errors.js';

/** What is known of a file when it is whole. */
export interface Written {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** A file that is being written. */
export interface PartFile {
  readonly write: (bytes: Uint8Array) => void;
  /** Waits until the disk has it and gives it its name. */
  readonly commit: () => Written;
  /** Leaves nothing behind; does nothing after `commit`. */
  readonly discard: () => void;
}

const host = hostname().replace(/[^\w-]/g, '_');
let parts = 0;

/** Starts a file; folders on the way are made. */
export function partFile(path: string): PartFile {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${host}.${process.pid}.${threadId}-${parts++}.part`;
  const file = openSync(temporary, 'wx');
  const hash = createHash('sha256');
  let bytes = 0;
  let isOpen = true;
  return {
    write: (data) => {
      for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
      hash.update(data);
      bytes += data.length;
    },
    commit: () => {
      fsyncSync(file);
      closeSync(file);
      isOpen = false;
      renameSync(temporary, path);
      return { bytes, sha256: hash.digest('hex') };
    },
    discard: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

/** Writes a small file, such as the record that something is done. */
export function writeRecord(path: string, record: object): void {
  const file = partFile(path);
  file.write(Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
  file.commit();
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

/** Removes what killed processes of this machine, and threads of this process, left half-written. */
export function removeParts(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, where, pid] = /\.([\w-]+)\.(\d+)\.\d+-\d+\.part$/.exec(name) ?? [];
    if (where === host && !isOtherProcess(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** The checksum of a file, read as a stream. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
