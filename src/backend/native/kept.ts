/**
 * Compiled files that are kept. A file's name ends in the hash of what is in it, so that one that was cut short or
 * changed is told from a valid one, and two starts at once do not get into each other's way. Beside it lies an empty
 * file for every machine on which it has been tried.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { complaintAbout } from './trial.js';

const day = 24 * 60 * 60 * 1000;
const oldest = 60 * day; // other machines may share the folder: what they use is theirs

/** The valid files of this key in a folder, those first that are known to run here. Damaged ones are removed. */
export function keptFiles(folder: string, key: string, machine: string): string[] {
  const names = namesIn(folder).filter((name) => name.startsWith(`${key}-`) && name.endsWith('.node'));
  const files = names.map((name) => join(folder, name));
  const valid = files.filter((file) => {
    if (basename(file) === nameOf(file, key)) return true;
    unlessForbidden(() => rmSync(file, { force: true }));
    return false;
  });
  return valid.sort((a, b) => Number(isTried(b, machine)) - Number(isTried(a, machine)));
}

/** What is wrong with a file on this machine; tries it only once. */
export function complaintHere(file: string, machine: string): string | undefined {
  if (isTried(file, machine)) return undefined;
  const complaint = complaintAbout(file);
  if (complaint === undefined) writeStamp(file, machine);
  return complaint;
}

/** Remembers that a file runs on this machine. */
export function writeStamp(file: string, machine: string): void {
  unlessForbidden(() => writeFileSync(stampOf(file, machine), ''));
}

/** Gives a finished file its name; it is on the disk before it has it. */
export function keepFile(part: string, key: string): string {
  const handle = openSync(part, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  const file = join(dirname(part), nameOf(part, key)!);
  renameSync(part, file);
  removeOld(dirname(file));
  return file;
}

/** Says that a file is in use, so that it is not removed as an old one. */
export function markUsed(file: string, machine: string): void {
  const now = Date.now();
  for (const used of [file, stampOf(file, machine)])
    unlessForbidden(() => {
      if (now - statSync(used).mtimeMs > day) utimesSync(used, now / 1000, now / 1000);
    });
}

const stampOf = (file: string, machine: string): string => file.replace(/node$/, `${machine}.runs`);

const isTried = (file: string, machine: string): boolean =>
  namesIn(dirname(file)).includes(basename(stampOf(file, machine)));

/** The name that goes with what is in a file; `undefined` where it has just been removed. */
function nameOf(file: string, key: string): string | undefined {
  try {
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
    return `${key}-${hash}.node`;
  } catch {
    return undefined;
  }
}

function removeOld(folder: string): void {
  for (const name of namesIn(folder))
    unlessForbidden(() => {
      const file = join(folder, name);
      if (Date.now() - statSync(file).mtimeMs > oldest) rmSync(file, { force: true });
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** A folder may be another user's, and another start may be quicker: then there is nothing to do here. */
function unlessForbidden(act: () => void): void {
  try {
    act();
  } catch {}
}
