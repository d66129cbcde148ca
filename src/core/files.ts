/**
 * Files on the disk: one sentence for what is wrong with one, and writing that never shows half of one. Until a file is
 * complete it has a temporary name, which says who writes it, so that what a killed process left can be told from what
 * another process is writing now.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { hasCode, messageOf } from './errors.js';

const sentences: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder', // from making its folder
  EACCES: 'permission is denied',
};

/**
 * What is wrong with a file, to stand behind `Cannot read a.txt: `.
 *
 * @param error What opening, reading or writing it threw.
 */
export function fileProblem(error: unknown): string {
  if (isFull(error)) return 'there is no room left on the disk';
  const code = Object.keys(sentences).find((code) => hasCode(error, code));
  return code ? sentences[code]! : messageOf(error);
}

/** Whether a file could not be written for want of room. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].some((code) => hasCode(error, code));

/** The error for a file that cannot be read, with its name. */
export const cannotRead = (path: string, error: unknown): Error =>
  new Error(`Cannot read ${path}: ${fileProblem(error)}`, { cause: error });

/** Names the file in what goes wrong while it is written. */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`Cannot write ${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/**
 * Writes a file under a temporary name and renames it, so that a reader, or a run that is killed here, finds
 * the old file or the new one and never a part. Folders on the way are made.
 *
 * @throws {Error} If it cannot be written; the old file is then as it was.
 *
 * @example
 * writeFileAtomic('out/report.json', JSON.stringify({ loss: 2.5 }));
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const temporary = temporaryName(path);
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** A file that was written. */
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

/**
 * Starts a file that has its name only once it is committed. Folders on the way are made. Of two processes that write
 * the same file, the second puts its own in the place of the first.
 *
 * @throws {Error} Here, from `write` or from `commit`, if it cannot be written.
 */
export function partFile(path: string): PartFile {
  const temporary = temporaryName(path);
  const file = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(temporary, 'wx');
  });
  const hash = createHash('sha256');
  let bytes = 0;
  let isOpen = true;
  const write = (data: Uint8Array): void => {
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
    hash.update(data);
    bytes += data.length;
  };
  return {
    write: (data) => writing(path, () => write(data)),
    commit: () =>
      writing(path, () => {
        fsyncSync(file);
        closeSync(file);
        isOpen = false;
        renameSync(temporary, path);
        return { bytes, sha256: hash.digest('hex') };
      }),
    discard: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

const host = hostname().replace(/[^\w-]/g, '_');
let parts = 0;

/** A name beside `path` that no other thread and no other process uses, and that says whose it is. */
export const temporaryName = (path: string): string =>
  `${path}.${host}.${process.pid}.${threadId}-${parts++}.part`;

/** The temporary files in a folder that processes of this machine left when they ended. */
export function abandonedParts(folder: string): string[] {
  return partsIn(folder).flatMap(({ path, pid }) => (isAlive(pid) ? [] : [path]));
}

/** Removes what ended processes of this machine, and threads of this process, left half-written in a folder. */
export function removeParts(folder: string): void {
  for (const { path, pid } of partsIn(folder))
    if (pid === process.pid || !isAlive(pid)) rmSync(path, { force: true });
}

/** The temporary files in a folder that processes of this machine write, or wrote. */
function partsIn(folder: string): { readonly path: string; readonly pid: number }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw cannotRead(folder, error);
  }
  return names.flatMap((name) => {
    const [, where, pid] = /\.([\w-]+)\.(\d+)\.\d+-\d+\.part$/.exec(name) ?? [];
    return where === host ? [{ path: join(folder, name), pid: Number(pid) }] : [];
  });
}

/** Whether a temporary file is one of `path`. */
export const isPartOf = (path: string, part: string): boolean =>
  basename(part).replace(/\.[\w-]+\.\d+\.\d+-\d+\.part$/, '') === basename(path);

/** Whether a process of this machine still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
