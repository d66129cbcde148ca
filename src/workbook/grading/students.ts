/** The students of a course: a table to join with what was handed in, seeds of their variants, and late hand-ins. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readTable } from './table.js';

/** One row of the table. */
export interface Student {
  /** What their files or folders are called. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  /** When they handed in, where the table says so. */
  readonly handedIn?: Date;
}

/**
 * Reads a table of students, as nbgrader and most course systems export it: CSV with a column `id`, and `name` (or
 * `first_name` and `last_name`), `email` and `handed_in` where there are such.
 *
 * @throws {Error} If the file is none, or an id is missing or stands twice, with the line's number.
 */
export function readStudents(path: string): Student[] {
  const rows = readTable(path, ['id']);
  const students = rows.map(({ id = '', name, first_name, last_name, email, handed_in }, nth): Student => {
    if (id.trim() === '') throw new Error(`Cannot read ${path}: row ${nth + 1} has no id`);
    const fullName = name || [first_name, last_name].filter(Boolean).join(' ');
    return {
      id: id.trim(),
      ...(fullName && { name: fullName }),
      ...(email && { email }),
      ...(handed_in && { handedIn: timeOf(handed_in, `${path}, handed_in of ${id}`) }),
    };
  });
  const ids = students.map(({ id }) => id.toLowerCase());
  const twice = ids.find((id, nth) => ids.indexOf(id) !== nth);
  if (twice !== undefined) throw new Error(`Cannot read ${path}: the id ${twice} stands there twice`);
  return students;
}

/**
 * Reads a time.
 *
 * @param where What the error begins with.
 * @throws {Error} If it is none.
 *
 * @example
 * timeOf('2026-11-30T23:59+01:00', '--due').toISOString() // '2026-11-30T22:59:00.000Z'
 */
export function timeOf(text: string, where: string): Date {
  const time = new Date(text.trim());
  if (Number.isNaN(time.getTime()))
    throw new Error(`Cannot use ${where}: expected a time such as 2026-11-30T23:59, got ${text}`);
  return time;
}

/**
 * Whose file it is: the student whose id is a word of the file's name, else of the folder's above it, or of the one above
 * that (nbgrader's `submitted/ann/homework/05.ipynb`). Of several ids the longest counts.
 *
 * @example
 * studentOf([{ id: 'ann' }, { id: 'ann-lee' }], 'in/ann-lee/05.ipynb')?.id // 'ann-lee'
 */
export function studentOf(students: readonly Student[], path: string): Student | undefined {
  const folder = dirname(path);
  for (const part of [basename(path, '.ipynb'), basename(folder), basename(dirname(folder))]) {
    const found = students
      .filter(({ id }) => hasWord(part.toLowerCase(), id.toLowerCase()))
      .sort((a, b) => b.id.length - a.id.length);
    if (found[0]) return found[0];
  }
  return undefined;
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isEdge = (character: string | undefined) =>
      character === undefined || !/[\p{L}\p{N}]/u.test(character);
    if (isEdge(text[at - 1]) && isEdge(text[at + word.length])) return true;
  }
  return false;
}

/**
 * The seed of a student's variant of a notebook: the same wherever it is assigned and graded.
 *
 * @example
 * seedOf('ann', '02-tokenization') === seedOf('ann', '02-tokenization') // true
 */
export function seedOf(id: string, notebook: string): number {
  return createHash('sha256').update(`${id}\n${notebook}`).digest().readUInt32BE(0) >>> 1;
}

/**
 * When a submission was handed in: as the table says, or nbgrader's `timestamp.txt` beside it, or the file's own time,
 * also where that file, which lies among what students hand in, is none or has no time.
 */
export const handedInAt = (path: string, student: Student | undefined): Date =>
  student?.handedIn ?? stampedAt(join(dirname(path), 'timestamp.txt')) ?? lstatSync(path).mtime;

/** Bytes of a time at most. */
const longestStamp = 100;

function stampedAt(path: string): Date | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > longestStamp) return undefined; // a link, a pipe
  const time = new Date(readFileSync(path, 'utf8').trim().replace(/ UTC$/, 'Z'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** What a course does with late work. */
export interface LateRule {
  readonly due: Date;
  /** Percent of the points reached that each day begun costs. */
  readonly lossPerDay: number;
}

/** How late a submission is, and what that costs. */
export interface Lateness {
  /** Days begun, 0 in time. */
  readonly days: number;
  readonly lost: number;
}

const day = 24 * 60 * 60 * 1000;

/**
 * What a submission that was handed in at a time loses of its points.
 *
 * @example
 * const due = new Date('2026-11-30T12:00Z');
 * lateness(new Date('2026-12-01T13:00Z'), 8, { due, lossPerDay: 10 }) // { days: 2, lost: 1.6 }
 */
export function lateness(handedIn: Date, points: number, { due, lossPerDay }: LateRule): Lateness {
  const days = Math.max(0, Math.ceil((handedIn.getTime() - due.getTime()) / day));
  return { days, lost: points * Math.min(1, (days * lossPerDay) / 100) };
}
