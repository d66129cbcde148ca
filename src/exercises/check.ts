/**
 * Tells readers at once how their answer to an exercise does. The library is the answer key: each exercise names the
 * right function, and the answer is compared with it on chosen inputs and on random ones. A function that never
 * returns cannot be stopped from here; interrupt the cell.
 */
import { createRandom } from '../core/random.js';
import { type Answer, type Attempt, attempt, type FailedAttempt, valueText } from './attempt.js';
import { chapter01 } from './chapters/chapter01.js';
import { chapter02 } from './chapters/chapter02.js';
import { chapter03 } from './chapters/chapter03.js';
import { chapter04 } from './chapters/chapter04.js';
import { chapter05 } from './chapters/chapter05.js';
import { chapter05Further } from './chapters/chapter05Further.js';
import { chapter06 } from './chapters/chapter06.js';
import { chapter07 } from './chapters/chapter07.js';
import { chapter08 } from './chapters/chapter08.js';
import { chapter09 } from './chapters/chapter09.js';
import { chapter10 } from './chapters/chapter10.js';
import { chapter11 } from './chapters/chapter11.js';
import { chapter12 } from './chapters/chapter12.js';
import { chapter13 } from './chapters/chapter13.js';
import { chapter14 } from './chapters/chapter14.js';
import { chapter15 } from './chapters/chapter15.js';
import { kindOf } from './compare.js';
import { type Exercise, inputsOf } from './exercise.js';
import { type CheckReport, reportOf } from './report.js';

/** All exercises that can be checked. */
export const exercises: readonly Exercise[] = [
  ...chapter01,
  ...chapter02,
  ...chapter03,
  ...chapter04,
  ...chapter05,
  ...chapter05Further,
  ...chapter06,
  ...chapter07,
  ...chapter08,
  ...chapter09,
  ...chapter10,
  ...chapter11,
  ...chapter12,
  ...chapter13,
  ...chapter14,
  ...chapter15,
];

/**
 * Checks an answer to an exercise. Whatever the function does is part of the report, so a cell with a check runs whole.
 *
 * @param id Chapter and number: `02.1`.
 * @param answer The function that the exercise asks for.
 * @param options.seed Draws other random inputs; default 1.
 * @throws {RangeError} If there is no such exercise; the message names those that there are.
 *
 * @example
 * check('02.1', (word: readonly number[]) => word).failure?.hint // 'The bytes come back as they were.'
 */
export function check(
  id: string,
  answer: (...input: never[]) => unknown,
  { seed = 1 }: { readonly seed?: number } = {},
): CheckReport {
  const exercise = exercises.find((each) => each.id === id);
  if (exercise) return checkExercise(exercise, answer, seed);
  throw new RangeError(
    `Cannot check ${valueText(id)}: the exercises are ${exercises.map((each) => each.id).join(', ')}`,
  );
}

/** See `check`. */
export function checkExercise(exercise: Exercise, answer: unknown, seed = 1): CheckReport {
  const inputs = inputsOf(exercise, createRandom(seed));
  const { id } = exercise;
  if (typeof answer !== 'function') {
    const failure = {
      input: `check('${id}', ${exercise.name})`,
      expected: 'a function',
      got: kindOf(answer),
      hint: `Hand over the function itself, without calling it: check('${id}', ${exercise.name})`,
    };
    return reportOf({ id, status: 'wrong', passed: 0, cases: inputs.length, failure });
  }
  const attempts = inputs.map((input) => attempt(exercise, answer as Answer, input));
  const failed = attempts.filter((each): each is FailedAttempt => !each.right);
  const counts = { id, passed: attempts.length - failed.length, cases: attempts.length };
  if (failed.length === 0) return reportOf({ ...counts, status: 'right' });
  if (counts.passed === 0 && failed.every(({ unwritten }) => unwritten))
    return reportOf({ ...counts, status: 'unwritten' });
  const smallest = failed.reduce((least, each) => (each.input.length < least.input.length ? each : least));
  const { input, expected, got } = smallest;
  const failure = { input, expected, got, hint: hintFor(exercise, { smallest, failed, attempts }) };
  return reportOf({ ...counts, status: 'wrong', failure });
}

/**
 * One hint: what is wrong in any exercise, else a known mistake that gives the same values (all of them, or those that
 * are wrong), else where the values part and the general hint.
 */
function hintFor(
  { mistakes, hint }: Exercise,
  {
    smallest,
    failed,
    attempts,
  }: {
    readonly smallest: FailedAttempt;
    readonly failed: readonly FailedAttempt[];
    readonly attempts: readonly Attempt[];
  },
): string {
  if (smallest.fault) return smallest.fault;
  const sameIn = (some: readonly Attempt[]) =>
    mistakes.find((_, nth) => some.every((each) => each.mistakes.includes(nth)));
  const known = (sameIn(attempts) ?? sameIn(failed))?.hint;
  if (known) return known;
  const { difference: where } = smallest;
  return where ? `${where[0]!.toUpperCase()}${where.slice(1)}. ${hint}` : hint;
}
