/** Reports as files that other programs read: exercism's results, JUnit, Markdown for a job page, CSV. */
import { escapeHtml } from '../../core/html.js';
import type { Report, Status, TestResult } from './grade.js';
import type { HandedIn } from './similarity.js';
import type { Lateness, Student } from './students.js';
import { tableText } from './table.js';
import type { Written } from './written.js';

/** A report with the name of its submission, whose it is, and how late it was, where there are such. */
export interface Graded {
  readonly name: string;
  readonly report: Report;
  readonly student?: Student;
  readonly late?: Lateness;
}

/** What a submission has in all. */
export interface Total {
  /** What tests and persons gave, less what being late costs. */
  readonly points: number;
  readonly maxPoints: number;
  /** Answers that wait for a person. */
  readonly waiting: number;
}

/** Adds up what a submission has. */
export function total({ report, late }: Graded): Total {
  const written = report.written.map(resultOfWritten);
  const sum = (key: 'points' | 'maxPoints') =>
    written.reduce((all, result) => all + result[key], report[key]);
  return {
    points: sum('points') - (late?.lost ?? 0),
    maxPoints: sum('maxPoints'),
    waiting: written.filter(({ status }) => status === 'waiting').length,
  };
}

/** A result of each test, then of each answer that a person grades. */
export const allResults = ({ tests, written }: Report): TestResult[] => [
  ...tests,
  ...written.map(resultOfWritten),
];

function resultOfWritten({ gradeId, maxPoints, answer, mark }: Written): TestResult {
  const points = mark?.points ?? 0;
  const of = (): Status =>
    mark?.points === undefined
      ? 'waiting'
      : points === maxPoints
        ? 'passed'
        : points > 0
          ? 'partly'
          : 'failed';
  const message = mark?.comment;
  return {
    gradeId,
    points,
    maxPoints,
    status: of(),
    ...(message && { message }),
    output: '',
    answers: [answer],
    ran: true,
  };
}

const exercismStatus: { readonly [status in Status]: 'pass' | 'fail' | 'error' } = {
  passed: 'pass',
  partly: 'fail',
  failed: 'fail',
  'not written yet': 'fail',
  missing: 'error',
  ended: 'error',
  waiting: 'fail', // exercism has no word for it
};

/** Characters of output that exercism shows. */
const exercismOutput = 500;

/**
 * `results.json` of an exercism test runner, version 3; `task_id` is the `grade_id`. `points` and `max_points`, of each
 * test and of all, are ours.
 */
export function exercismResults(graded: Graded): object {
  const results = allResults(graded.report);
  const { problem } = graded.report;
  const whole = problem ? 'error' : results.every(({ status }) => status === 'passed') ? 'pass' : 'fail';
  const { points, maxPoints } = total(graded);
  return {
    version: 3,
    status: whole,
    ...(problem && { message: problem }),
    points,
    max_points: maxPoints,
    tests: results.map((result) => ({
      name: result.gradeId,
      status: exercismStatus[result.status],
      ...(result.message && { message: result.message }),
      ...(result.output && { output: result.output.slice(0, exercismOutput) }),
      task_id: result.gradeId,
      points: result.points,
      max_points: result.maxPoints,
    })),
  };
}

/** JUnit's XML, one suite, with points as properties; an answer that waits for a person is skipped. */
export function junit(graded: Graded): string {
  const { name, report } = graded;
  const { seconds, problem } = report;
  const tests = allResults(report);
  const { points, maxPoints, waiting } = total(graded);
  const of = (wanted: string) =>
    tests.filter(({ status }) => exercismStatus[status] === wanted && status !== 'waiting').length;
  const suite = [
    `<testsuite name="${xml(name)}" tests="${tests.length}" failures="${of('fail')}" errors="${of('error') + (problem ? 1 : 0)}" skipped="${waiting}" time="${seconds.toFixed(3)}">`,
    `  ${pointsProperties(points, maxPoints)}`,
    ...(problem
      ? [`  <testcase name="file" classname="${xml(name)}"><error message="${xml(problem)}"/></testcase>`]
      : []),
    ...tests.map((test) => `  ${junitCase(name, test)}`),
    '</testsuite>',
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.join('\n')}\n`;
}

function junitCase(
  name: string,
  { gradeId, status, message = '', output, points, maxPoints }: TestResult,
): string {
  const outcome =
    status === 'waiting' ? 'skipped' : { pass: '', fail: 'failure', error: 'error' }[exercismStatus[status]];
  const kind = outcome === 'skipped' ? '' : ` type="${status}"`;
  const inner = outcome ? `<${outcome} message="${xml(message)}"${kind}/>` : '';
  const printed = output ? `<system-out>${xml(output)}</system-out>` : '';
  return `<testcase name="${xml(gradeId)}" classname="${xml(name)}">${pointsProperties(points, maxPoints)}${inner}${printed}</testcase>`;
}

const pointsProperties = (points: number, maxPoints: number): string =>
  `<properties><property name="points" value="${number(points)}"/><property name="max_points" value="${number(maxPoints)}"/></properties>`;

/** XML has no place for most control characters. */
const xml = (text: string): string =>
  escapeHtml(text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD'));

/** A table for a job's page. */
export function summary(graded: Graded): string {
  const { name, report } = graded;
  const { faults, problem, protection } = report;
  const { points, maxPoints } = total(graded);
  const cell = (text: string) =>
    escapeHtml(text.replace(/\s+/g, ' ').slice(0, 300)).replace(/[|`\\[\]*_]/g, '\\$&');
  return [
    `### ${cell(name)}: ${number(points)} of ${number(maxPoints)} points`,
    '',
    ...(problem ? [cell(problem), ''] : []),
    ...notes(graded).flatMap((note) => [note, '']),
    '| exercise | points | status | what went wrong | hint |',
    '| --- | --- | --- | --- | --- |',
    ...allResults(report).map(
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

/** The answers of a submission, to compare with others. */
export const handedIn = ({ name, report }: Graded): HandedIn => ({
  name,
  answers: [
    ...report.tests.flatMap(({ gradeId, answers }) =>
      answers.map((text) => ({ exercise: gradeId, text, isProse: false })),
    ),
    ...report.written.map(({ gradeId, answer }) => ({ exercise: gradeId, text: answer, isProse: true })),
  ],
});

/** What should be said of a submission as a whole: how late it was, and what is still to come. */
export function notes(graded: Graded): string[] {
  const { late } = graded;
  const { waiting } = total(graded);
  const days = late && `${late.days} day${late.days === 1 ? '' : 's'} late`;
  return [
    ...(late && late.days > 0 ? [`Handed in ${days}: ${number(late.lost)} off the points.`] : []),
    ...(waiting > 0 ? [`To be graded by hand: ${waiting}.`] : []),
  ];
}

/**
 * All submissions in one table, a column for each exercise; with a table of students a row for each of them, also for
 * those who handed in nothing.
 */
export function gradesCsv(graded: readonly Graded[], students: readonly Student[] = []): string {
  const ids = [...new Set(graded.flatMap(({ report }) => allResults(report).map(({ gradeId }) => gradeId)))];
  const isLate = graded.some(({ late }) => late);
  const who = (student: Student | undefined) =>
    students.length > 0 ? [student?.id ?? '', student?.name ?? '', student?.email ?? ''] : [];
  const rows = graded.map((one) => {
    const { points, maxPoints, waiting } = total(one);
    const earned = new Map(allResults(one.report).map((test) => [test.gradeId, number(test.points)]));
    const { late, student, report, name } = one;
    return [
      ...who(student),
      name,
      number(points),
      number(maxPoints),
      ...(isLate ? [late?.days ?? '', number(late?.lost ?? 0)] : []),
      ...ids.map((id) => earned.get(id) ?? ''),
      report.problem ?? (waiting > 0 ? `${waiting} to be graded by hand` : ''),
    ];
  });
  const there = new Set(graded.map(({ student }) => student?.id));
  const absent = students
    .filter(({ id }) => !there.has(id))
    .map((student) => [
      ...who(student),
      '',
      '0',
      '',
      ...(isLate ? ['', ''] : []),
      ...ids.map(() => ''),
      'nothing handed in',
    ]);
  const columns = [
    ...(students.length > 0 ? ['id', 'name', 'email'] : []),
    ...['submission', 'points', 'max_points'],
    ...(isLate ? ['days_late', 'late_penalty'] : []),
    ...ids,
    'problem',
  ];
  return tableText(columns, [...rows, ...absent]);
}
