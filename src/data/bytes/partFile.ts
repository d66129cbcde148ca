/**
 * The part of a file that is there so far, under a name of its own, with a note of what it is a part of. Each process
 * writes to a part of its own, so that two of them never write to one; a part that nobody writes to any more is taken
 * up by renaming it, which only one process can do.
 */
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { writeFileAtomic } from '../../core/files.js';
import type { RemoteVersion } from './urlBytes.js';

/** What a part belongs to. */
export interface PartNote {
  readonly url: string;
  readonly version: RemoteVersion;
}

let count = 0;
const owner = `${hostname().replace(/[^\w-]/g, '')}-${process.pid}`;

/** A part of `path` that is this caller's alone; it need not exist. Left-over ones are taken up. */
export function claimPart(path: string): string {
  const own = `${path}.${owner}-${threadId}-${count++}.part`;
  for (const left of [`${path}.part`, ...orphans(path)]) {
    try {
      renameSync(left, own);
    } catch {
      continue; // not there, or another process was faster
    }
    try {
      renameSync(noteOf(left), noteOf(own));
    } catch {
      // Without its note it is begun anew.
    }
    return own;
  }
  return own;
}

/** Leaves a part for whoever goes on. */
export function releasePart(path: string, part: string): void {
  for (const of of [(name: string) => name, noteOf]) {
    try {
      renameSync(of(part), of(`${path}.part`));
    } catch {
      // There was none.
    }
  }
}

export function removePart(part: string): void {
  rmSync(part, { force: true });
  rmSync(noteOf(part), { force: true });
}

export const writeNote = (part: string, note: PartNote): void =>
  writeFileAtomic(noteOf(part), JSON.stringify(note));

/** The note of a part; nothing where it is missing or damaged. */
export function readNote(part: string): PartNote | undefined {
  try {
    const note = JSON.parse(readFileSync(noteOf(part), 'utf8')) as PartNote;
    return typeof note.url === 'string' && typeof note.version === 'object' && note.version
      ? note
      : undefined;
  } catch {
    return undefined;
  }
}

const noteOf = (part: string): string => `${part}.json`;

/** Parts of processes on this machine that are no more. */
function orphans(path: string): string[] {
  const name = basename(path);
  const machine = owner.slice(0, owner.lastIndexOf('-'));
  return readdirSync(dirname(path)).flatMap((file) => {
    if (!file.startsWith(`${name}.${machine}-`) || !file.endsWith('.part')) return [];
    const [, pid] = /^(\d+)-\d+-\d+\.part$/.exec(file.slice(`${name}.${machine}-`.length)) ?? [];
    return pid && !isAlive(Number(pid)) ? [join(dirname(path), file)] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
