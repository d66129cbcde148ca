/** Results in the forms that Gradescope and GitHub Classroom read, points in part included. */
import { allResults, type Graded, notes, total } from './results.js';

/**
 * Gradescope's `results.json`, as its autograder specification has it
 * (https://gradescope-autograders.readthedocs.io/en/latest/specs/). What being late costs is left to Gradescope, which
 * knows the time of hand-in.
 */
export function gradescopeResults({ name, report }: Graded): object {
  return {
    score: total({ name, report }).points,
    execution_time: Math.round(report.seconds),
    ...(report.problem && { output: report.problem }),
    tests: allResults(report).map((test) => ({
      name: test.gradeId,
      score: test.points,
      max_score: test.maxPoints,
      ...(test.status !== 'waiting' && { status: test.status === 'passed' ? 'passed' : 'failed' }),
      output: [test.message, test.status === 'passed' ? '' : test.hint].filter(Boolean).join('\n'),
      visibility: 'visible',
    })),
  };
}

/**
 * What a step of GitHub Actions hands to `classroom-resources/autograding-grading-reporter` as its `result`: JSON in
 * base 64, whose tests have a score each, so that a part of the points is reported too.
 */
export function classroomResult(graded: readonly Graded[]): string {
  const tests = graded.flatMap((one) => {
    const late = one.late?.lost ? [{ name: notes(one)[0]!, status: 'pass', score: -one.late.lost }] : [];
    const results = allResults(one.report).map((test) => ({
      name: graded.length > 1 ? `${one.name}: ${test.gradeId}` : test.gradeId,
      status: test.status === 'passed' ? 'pass' : test.status === 'ended' ? 'error' : 'fail',
      score: test.points,
      ...(test.message && { message: test.message }),
    }));
    return [...results, ...late];
  });
  const isRight = tests.every(({ status }) => status === 'pass');
  const maxScore = graded.reduce((sum, one) => sum + total(one).maxPoints, 0);
  const result = { version: 1, status: isRight ? 'pass' : 'fail', max_score: maxScore, tests };
  return Buffer.from(JSON.stringify(result)).toString('base64');
}
