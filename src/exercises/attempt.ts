/** One input handed to a reader's function, and what came of it, whatever the function does. */
import { inspect, isDeepStrictEqual } from 'node:util';
import { tf } from '../backend/tf.js';
import { messageOf, notImplemented } from '../core/errors.js';
import { difference, kindOf } from './compare.js';
import { type Exercise, valueFrom } from './exercise.js';

/** The function of a reader; it may be anything. */
export type Answer = (...input: readonly unknown[]) => unknown;

/** What came of one input. The values are text already, since a function may go on changing what it returned. */
export type Attempt = RightAttempt | FailedAttempt;

/** An input that gave what was expected. */
export interface RightAttempt {
  readonly right: true;
  /** Which of the exercise's mistakes with a hint give the same value, by their number. */
  readonly mistakes: readonly number[];
}

/** An input that did not give what was expected. */
export interface FailedAttempt {
  readonly right: false;
  /** It ran into the line that stands in for a solution. */
  readonly unwritten: boolean;
  /** The call, and the two values. */
  readonly input: string;
  readonly expected: string;
  readonly got: string;
  /** What is wrong, for every exercise alike: an error, a promise, a changed input. */
  readonly fault?: string;
  /** Where the values part, in words. */
  readonly difference?: string;
  readonly mistakes: readonly number[];
}

/** Tries one input. Tensors that are made on the way are disposed. */
export function attempt(exercise: Exercise, answer: Answer, input: readonly unknown[]): Attempt {
  tf.engine().startScope();
  const expected = valueFrom(exercise, exercise.answer, input);
  const shown = { input: callText(exercise, input), expected: valueText(expected) };
  const failed = { right: false, unwritten: false, mistakes: [], ...shown } as const;
  try {
    return judge(exercise, { input, expected, failed, ...call(exercise, answer, input) });
  } catch (error) {
    return { ...failed, ...thrown(error) };
  } finally {
    tf.engine().endScope();
  }
}

interface Called {
  readonly input: readonly unknown[];
  readonly expected: unknown;
  readonly got: unknown;
  /** Whether the input is no longer what it was. */
  readonly changed: boolean;
  /** What a failed attempt says in any case. */
  readonly failed: Pick<FailedAttempt, 'right' | 'unwritten' | 'input' | 'expected'>;
}

function judge(exercise: Exercise, { input, expected, got, changed, failed }: Called): Attempt {
  const { tolerance = 0 } = exercise;
  const found = difference(expected, got, tolerance);
  const mistakes = exercise.mistakes.flatMap(({ answer, hint }, nth) => {
    const isSame = hint && difference(valueFrom(exercise, answer, input), got, tolerance) === undefined;
    return isSame ? [nth] : [];
  });
  if (found === undefined && !changed) return { right: true, mistakes };
  if (kindOf(got) === 'a Promise') (got as Promise<unknown>).catch(() => {}); // it is looked at no further
  const fault = changed ? changedInput : faultOf(expected, got);
  const plain = typeof got !== 'object' && typeof got === typeof expected; // the two values say it all
  return {
    ...failed,
    got: changed ? `${valueText(got)}, and the input is changed` : valueText(got),
    mistakes,
    ...(found && !plain && { difference: found }),
    ...(fault && { fault }),
  };
}

/** Calls the function with copies, and looks whether it changed them. */
function call(
  exercise: Exercise,
  answer: Answer,
  input: readonly unknown[],
): Pick<Called, 'got' | 'changed'> {
  let changed = false;
  const got = valueFrom(
    exercise,
    (...given) => {
      const before = structuredClone(given);
      const value = answer(...given);
      changed ||= !isDeepStrictEqual(given, before);
      return value;
    },
    input,
  );
  return { got, changed };
}

const changedInput =
  'Your function changes what it was given, and whoever handed it over still needs it: work on a copy.';

/** What is wrong with a value, whatever the exercise. */
function faultOf(expected: unknown, got: unknown): string | undefined {
  const kind = kindOf(got);
  if (kind === 'a Promise')
    return `Your function returns a promise, and ${kindOf(expected)} is expected: leave out async.`;
  if (kind === 'undefined' && expected !== undefined)
    return 'Your function returns nothing for this: is there a return on every way through it?';
  return undefined;
}

function thrown(error: unknown): Pick<FailedAttempt, 'unwritten' | 'got' | 'fault'> {
  try {
    const isError = error instanceof Error;
    const message = messageOf(error);
    return {
      unwritten: isError && message === notImplemented,
      got: isError ? `${error.name}: ${message}` : `thrown: ${valueText(error)}`,
      fault: 'Your function fails with this error.',
    };
  } catch {
    return { unwritten: false, got: 'an error that cannot be read', fault: 'Your function fails.' };
  }
}

function callText(exercise: Exercise, input: readonly unknown[]): string {
  return exercise.show?.(input) ?? `${exercise.name}(${input.map(valueText).join(', ')})`;
}

/** A value as a reader would write it; nothing of the value's own code is run, except where a tensor is read. */
export function valueText(value: unknown): string {
  if (value instanceof tf.Tensor) return value.toString();
  return inspect(value, {
    customInspect: false,
    depth: 4,
    maxArrayLength: 50,
    maxStringLength: 300,
    breakLength: 100,
  });
}
