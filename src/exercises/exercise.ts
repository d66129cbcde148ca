/**
 * What an exercise is: a right answer, inputs to try it on, and the mistakes that are often made.
 *
 * To add exercise 03.1:
 * 1. In the notebook: a cell `function name(…) { // BEGIN SOLUTION … // END SOLUTION }` with the `grade_id` `ex-03-1`, a
 *    cell that ends in `check('03.1', name)`, and a graded cell with a few plain asserts and hidden ones.
 * 2. In `chapters/chapter03.ts`: an `Exercise` with that id and name. Its `answer` is the library's own function where there is
 *    one. Inputs are plain data (numbers, texts, arrays, typed arrays, maps, sets): each call gets its own copy. Small
 *    `cases` come first, and each mistake has a small case that it alone fails.
 * 3. In `check.ts`: `...chapter03` in the list, if the chapter is new.
 * That is all: tests take the mistakes from here, and see each refused by `check`, with its hint, and by the graded cell.
 */
import type { Random } from '../core/random.js';

/** One exercise of a chapter. */
export interface Exercise<Input extends readonly unknown[] = readonly unknown[]> {
  /** Chapter and number: `02.1`. */
  readonly id: string;
  /** What the function is called in the notebook. */
  readonly name: string;
  /** The right answer. */
  answer(...input: Input): unknown;
  /** Makes a value of an input and of what was handed in, where that is more than a call. */
  use?(answer: (...input: Input) => unknown, input: Input): unknown;
  /** How a use of the function is written, where it is more than a call. */
  show?(input: Input): string;
  /** Inputs chosen by hand, small ones first. */
  readonly cases: readonly Input[];
  /** A random input; `size` is from 1 to 10. */
  random(random: Random, size: number): Input;
  /** How far a number may be off, as a share of the expected one, or plainly if that is below 1; default 0. */
  readonly tolerance?: number;
  /** Answers that are wrong in a known way. */
  readonly mistakes: readonly Mistake<Input>[];
  /** What to say to a wrong answer that makes none of these mistakes. Never the solution. */
  readonly hint: string;
}

/** An answer that is wrong in a known way. This is its only home: `check` and the chapters' tests call it. */
export interface Mistake<Input extends readonly unknown[] = readonly unknown[]> {
  answer(...input: Input): unknown;
  /** What to say to a reader whose values are the same; without it, what is said of any exercise or the general hint. */
  readonly hint?: string;
}

const randomCases = 40;

/** All inputs that an answer is tried on: those chosen by hand, then random ones that grow. */
export function inputsOf({ cases, random }: Exercise, source: Random): (readonly unknown[])[] {
  const drawn = Array.from({ length: randomCases }, (_, nth) => random(source, 1 + Math.floor(nth / 4)));
  return [...cases, ...drawn];
}

/** What a function gives for an input. */
export function valueFrom(
  { use }: Exercise,
  answer: (...input: readonly unknown[]) => unknown,
  input: readonly unknown[],
): unknown {
  const copy = structuredClone(input);
  return use ? use(answer, copy) : answer(...copy);
}
