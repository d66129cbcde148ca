/** What people read of a grading in the terminal. */
import { allResults, type Graded, notes, number, total } from '../../workbook/grading/results.js';
import type { Alike } from '../../workbook/grading/similarity.js';

/** Text of a submission on one line that neither moves a terminal nor commands a GitHub job. */
const plain = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('::', ': :')
    .replaceAll('##[', '# #[')
    .slice(0, 200);

/** A submission: its exercises, a line each with what went wrong below. */
export function table(graded: Graded): string {
  const { name, report } = graded;
  const { faults, problem } = report;
  const { points, maxPoints } = total(graded);
  const rows = allResults(report).map((test) => {
    const earned = `${number(test.points)}/${number(test.maxPoints)}`;
    const hint = test.status !== 'passed' && test.hint ? `\n    hint: ${plain(test.hint)}` : '';
    const why = test.message ? `\n    ${plain(test.message)}` : '';
    return `  ${plain(test.gradeId).padEnd(24)} ${earned.padStart(7)}  ${test.status}${why}${hint}\n`;
  });
  const others = [
    ...(problem ? [`  ${plain(problem)}\n`] : []),
    ...notes(graded).map((note) => `  ${note}\n`),
    ...faults.map(({ cell, message }) => `  the source's own cell ${plain(cell)} fails: ${plain(message)}\n`),
  ];
  return `${plain(name)}: ${number(points)} of ${number(maxPoints)} points\n${[...rows, ...others].join('')}`;
}

/** Pairs that are shown; the table has all. */
const shownPairs = 5;

/** The submissions that are most alike. */
export function alike(pairs: readonly Alike[], path: string): string {
  if (pairs.length === 0) return 'No two submissions are alike.\n';
  const lines = pairs
    .slice(0, shownPairs)
    .map(({ first, second, share }) => `  ${share.toFixed(2)}  ${plain(first)} and ${plain(second)}\n`);
  return `Most alike, to be looked at by a person (all ${pairs.length} in ${path}):\n${lines.join('')}`;
}
