/**
 * The part of a download that is there so far, under a temporary name, with a note of what it is a part of. Each process
 * writes to a part of its own, so that two of them never write to one. A part that nobody writes to any more is resumed:
 * it is renamed, which only one process can do.
 */
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { abandonedParts, isPartOf, temporaryName, writeFileAtomic } from '../../core/files.js';
import type { RemoteVersion } from './urlBytes.js';

/** What a part belongs to. */
export interface PartNote {
  readonly url: string;
  readonly version: RemoteVersion;
}

/** A part of `path` that is this caller's alone; it need not exist. One that was abandoned is resumed. */
export function claimPart(path: string): string {
  const own = temporaryName(path);
  const abandoned = abandonedParts(dirname(path)).filter((part) => isPartOf(path, part));
  for (const left of [`${path}.part`, ...abandoned]) {
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

/** Leaves a part for whoever goes on; one without a byte is none. */
export function releasePart(path: string, part: string): void {
  if (statSync(part, { throwIfNoEntry: false })?.size === 0) {
    removePart(part);
    return;
  }
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
