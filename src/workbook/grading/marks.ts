/**
 * The table in which a person grades written answers. It stands beside the grades; who fills in points and comments and
 * grades again finds them in every result.
 */
import { existsSync } from 'node:fs';
import type { Graded } from './results.js';
import { readTable, tableText } from './table.js';
import type { Mark, Written } from './written.js';

const columns = ['submission', 'exercise', 'max_points', 'points', 'comment', 'answer'] as const;

/** What a person gave, by submission and exercise. */
export type Marks = ReadonlyMap<string, Mark>;

const keyOf = (submission: string, exercise: string): string => JSON.stringify([submission, exercise]);

/**
 * Reads the points that a person filled in; none where there is no such file yet.
 *
 * @throws {Error} If points are no number, below 0 or more than there are, with submission and exercise.
 */
export function readMarks(path: string): Marks {
  if (!existsSync(path)) return new Map();
  const rows = readTable(path, columns);
  return new Map(
    rows.flatMap(({ submission = '', exercise = '', points = '', comment = '', max_points, answer = '' }) => {
      if (points.trim() === '' && comment.trim() === '') return [];
      const given = points.trim() === '' ? undefined : Number(points.trim().replace(',', '.'));
      if (given !== undefined && !(given >= 0 && given <= Number(max_points)))
        throw new Error(
          `Cannot read ${path}: ${submission}, ${exercise}: expected 0 to ${max_points} points, got ${points}`,
        );
      return [[keyOf(submission, exercise), { points: given, comment, answer }] as const];
    }),
  );
}

/** Gives the answers of a submission their marks; one whose text has changed since waits for a person again. */
export function withMarks(graded: Graded, marks: Marks): Graded {
  const written = graded.report.written.map((answer): Written => {
    const mark = marks.get(keyOf(graded.name, answer.gradeId));
    if (!mark) return answer;
    const isSame = words(cellText(answer.answer)) === words(mark.answer);
    return { ...answer, mark: isSame ? mark : { ...mark, points: undefined } };
  });
  return { ...graded, report: { ...graded.report, written } };
}

/** The table for a person to fill in; marks of submissions that are not graded now stay. */
export function writtenTable(graded: readonly Graded[], before: string): string {
  const rows = graded.flatMap(({ name, report }) =>
    report.written.map(({ gradeId, maxPoints, mark, answer }) => [
      name,
      gradeId,
      maxPoints,
      mark?.points ?? '',
      mark?.comment ?? '',
      cellText(answer),
    ]),
  );
  const now = new Set(graded.map(({ name }) => name));
  const others = existsSync(before)
    ? readTable(before, columns)
        .filter(({ submission = '' }) => !now.has(submission))
        .map((row) => columns.map((column) => row[column] ?? ''))
    : [];
  return tableText(columns, [...rows, ...others]);
}

/** Characters of an answer in the table: a spreadsheet's cell holds 32,767. */
const longestAnswer = 30_000;

/** An answer as it stands in the table. */
const cellText = (answer: string): string => answer.slice(0, longestAnswer);

/** A text without its breaks of lines, which spreadsheets change. */
const words = (text: string): string => text.trim().replace(/\s+/g, ' ');
