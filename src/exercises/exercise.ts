/**
 * What an exercise is: a right answer, inputs to try it on, and the mistakes that are often made. The right answer is
 * the library's own function where there is one. Inputs are plain data (numbers, texts, arrays, typed arrays, maps,
 * sets), so that each call can be given a copy of its own.
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

/** An answer that is wrong in a known way, and what to say to a reader whose values are the same. */
export interface Mistake<Input extends readonly unknown[] = readonly unknown[]> {
  answer(...input: Input): unknown;
  readonly hint: string;
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
