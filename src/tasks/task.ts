/**
 * A task: problems whose answers can be checked. One task feeds three things: its demonstrations teach a model by
 * example, its verifier rewards what the model tries by itself, and its held-out problems tell how well it does. All of
 * it is text and numbers; what a model makes of it is the business of other rooms.
 */
import type { Random } from '../core/random.js';
import { heldOut } from './heldOut.js';

/** Something to be answered. */
export interface Problem {
  /** What the model reads. */
  readonly prompt: string;
  /** How a demonstration goes on. There may be other right answers. */
  readonly answer: string;
}

/** A kind of problem. */
export interface Task {
  readonly name: string;
  /** What its texts are made of, for `symbolTokenizer`. */
  readonly symbols: readonly string[];
  /** Makes a problem. */
  readonly problem: (random: Random) => Problem;
  /** How good a completion of the prompt is: 1 is right, 0 is wrong, and some tasks know numbers between. */
  readonly reward: (problem: Problem, completion: string) => number;
}

/** Which problems are drawn. */
export interface DrawOptions {
  readonly random: Random;
  /** Whether those for evaluation, which no model learns from, or those for training, the default. */
  readonly heldOut?: boolean;
  /** The share of all prompts that is held out; default 0.1. */
  readonly share?: number;
}

const mostTries = 10_000; // for one problem

/**
 * Draws problems from one side of the split. A prompt lies on the same side in every run and for every seed.
 *
 * @throws {RangeError} If the task has no problems on this side, as far as could be seen.
 *
 * @example
 * const random = createRandom(1);
 * const problems = drawProblems(sortDigits({ digits: 3 }), 5, { random, heldOut: true });
 * problems.every(({ prompt }) => heldOut(prompt)) // true
 */
export function drawProblems(
  task: Task,
  count: number,
  { random, heldOut: wanted = false, share = 0.1 }: DrawOptions,
): Problem[] {
  return Array.from({ length: count }, () => {
    for (let tries = 0; tries < mostTries; tries++) {
      const problem = task.problem(random);
      if (heldOut(problem.prompt, share) === wanted) return problem;
    }
    const side = wanted ? 'held out' : 'for training';
    throw new RangeError(`Cannot draw problems of "${task.name}": none of ${mostTries} was ${side}`);
  });
}
