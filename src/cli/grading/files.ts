/** What a grading leaves on the disk. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { feedbackPage } from '../../workbook/grading/feedback.js';
import { readMarks, withMarks, writtenTable } from '../../workbook/grading/marks.js';
import { classroomResult, gradescopeResults } from '../../workbook/grading/platforms.js';
import { exercismResults, type Graded, gradesCsv, junit, summary } from '../../workbook/grading/results.js';
import type { Student } from '../../workbook/grading/students.js';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The results of one submission, in the forms that other programs read, and as a page for its student. */
export function writeResults(graded: Graded, out: string): void {
  const write = (name: string, text: string) => writeFileAtomic(join(out, graded.name, name), text);
  write('results.json', json(exercismResults(graded)));
  write('gradescope.json', json(gradescopeResults(graded)));
  write('junit.xml', junit(graded));
  write('summary.md', summary(graded));
  write('feedback.html', feedbackPage(graded));
}

/** The table in which a person grades written answers. */
export const writtenPath = (out: string): string => join(out, 'written.csv');

/** The tables of all submissions so far. What a person wrote into theirs since it was read stays. */
export function writeTables(graded: readonly Graded[], out: string, students: readonly Student[]): void {
  writeFileAtomic(join(out, 'grades.csv'), gradesCsv(graded, students));
  if (!graded.some(({ report }) => report.written.length > 0)) return;
  const path = writtenPath(out);
  const marks = readMarks(path);
  const now = graded.map((one) => withMarks(one, marks));
  writeFileAtomic(path, writtenTable(now, path));
}

/** In a job of GitHub Actions: its page, and the step's `result`, which GitHub Classroom reads. */
export function writeForGitHub(graded: readonly Graded[]): void {
  const { GITHUB_STEP_SUMMARY: page, GITHUB_OUTPUT: output } = process.env;
  if (page) appendFileSync(page, `${graded.map(summary).join('\n')}\n`);
  if (output) appendFileSync(output, `result=${classroomResult(graded)}\n`);
}
