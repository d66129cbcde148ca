/** Reports as files that other programs read: exercism's results, JUnit, Markdown for a job page, CSV. */
import { escapeHtml } from '../../core/html.js';
import type { Report, Status, TestResult } from './grade.js';

/** A report with the name of its submission. */
export interface Graded {
  readonly name: string;
  readonly report: Report;
}

const exercismStatus: { readonly [status in Status]: 'pass' | 'fail' | 'error' } = {
  passed: 'pass',
  partly: 'fail',
  failed: 'fail',
  'not written yet': 'fail',
  missing: 'error',
  ended: 'error',
};

/** Characters of output that exercism shows. */
const exercismOutput = 500;

/** `results.json` of an exercism test runner, version 3; `task_id` is the `grade_id`. */
export function exercismResults({ tests, problem }: Report): object {
  const whole = problem ? 'error' : tests.every(({ status }) => status === 'passed') ? 'pass' : 'fail';
  return {
    version: 3,
    status: whole,
    ...(problem && { message: problem }),
    tests: tests.map(({ gradeId, status, message, output }) => ({
      name: gradeId,
      status: exercismStatus[status],
      ...(message && { message }),
      ...(output && { output: output.slice(0, exercismOutput) }),
      task_id: gradeId,
    })),
  };
}

/** JUnit's XML, one suite. */
export function junit({ name, report: { tests, seconds, problem } }: Graded): string {
  const of = (wanted: string) => tests.filter(({ status }) => exercismStatus[status] === wanted).length;
  const suite = [
    `<testsuite name="${xml(name)}" tests="${tests.length}" failures="${of('fail')}" errors="${of('error') + (problem ? 1 : 0)}" time="${seconds.toFixed(3)}">`,
    ...(problem
      ? [`  <testcase name="file" classname="${xml(name)}"><error message="${xml(problem)}"/></testcase>`]
      : []),
    ...tests.map((test) => `  ${junitCase(name, test)}`),
    '</testsuite>',
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.join('\n')}\n`;
}

function junitCase(name: string, { gradeId, status, message = '', output }: TestResult): string {
  const outcome = { pass: '', fail: 'failure', error: 'error' }[exercismStatus[status]];
  const inner = outcome ? `<${outcome} message="${xml(message)}" type="${status}"/>` : '';
  const printed = output ? `<system-out>${xml(output)}</system-out>` : '';
  return `<testcase name="${xml(gradeId)}" classname="${xml(name)}">${inner}${printed}</testcase>`;
}

/** XML has no place for most control characters. */
const xml = (text: string): string =>
  escapeHtml(text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD'));

/** A table for a job's page. */
export function summary({
  name,
  report: { tests, points, maxPoints, faults, problem, protection },
}: Graded): string {
  const cell = (text: string) =>
    escapeHtml(text.replace(/\s+/g, ' ').slice(0, 300)).replace(/[|`\\[\]*_]/g, '\\$&');
  return [
    `### ${cell(name)}: ${number(points)} of ${number(maxPoints)} points`,
    '',
    ...(problem ? [cell(problem), ''] : []),
    '| exercise | points | status | what went wrong | hint |',
    '| --- | --- | --- | --- | --- |',
    ...tests.map(
      (test) =>
        `| ${cell(test.gradeId)} | ${number(test.points)}/${number(test.maxPoints)} | ${test.status} | ${cell(test.message ?? '')} | ${test.status === 'passed' ? '' : cell(test.hint ?? '')} |`,
    ),
    '',
    ...faults.map(({ cell: id, message }) => `The source's cell ${cell(id)} fails: ${cell(message)}\n`),
    `Submissions ran behind ${protection}.`,
    '',
  ].join('\n');
}

/** A number of points, short. */
export const number = (points: number): string => String(Number(points.toFixed(3)));

/** All submissions in one table, a column for each exercise. */
export function gradesCsv(graded: readonly Graded[]): string {
  const ids = [...new Set(graded.flatMap(({ report }) => report.tests.map(({ gradeId }) => gradeId)))];
  const rows = graded.map(({ name, report: { points, maxPoints, tests, problem = '' } }) => [
    name,
    number(points),
    number(maxPoints),
    ...ids.map((id) => {
      const test = tests.find(({ gradeId }) => gradeId === id);
      return test ? number(test.points) : '';
    }),
    problem,
  ]);
  const lines = [['submission', 'points', 'max_points', ...ids, 'problem'], ...rows];
  return lines.map((line) => `${line.map(csvField).join(',')}\n`).join('');
}

/** Quoted where needed; a spreadsheet shall not take a text for a formula. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
