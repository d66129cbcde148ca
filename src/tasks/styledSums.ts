/**
 * One question, three ways to answer it: at once, with some steps, with all of them. Whoever answers chooses the way, so
 * it can be seen which one a reward favours.
 */
import type { Random } from '../core/random.js';
import type { Task } from './task.js';

/** `A` at once, `B` a total after every second digit but the last, `C` a total after each. */
export type AnswerStyle = 'A' | 'B' | 'C';

/** Which demonstrations are drawn, and how answers are judged. */
export interface StyledSumOptions {
  /** How many digits; default 6. */
  readonly digits?: number;
  /** Styles of the demonstrations, each as often as it stands here; default `A`, `B` and `C`. */
  readonly styles?: readonly AnswerStyle[];
  /** The share of demonstrations that give a wrong answer first and correct it: `A>4>2`; default 0. */
  readonly corrections?: number;
  /**
   * Whether the checker is content if any of the answers is right, where it should look at the last one alone; default no.
   */
  readonly sloppy?: boolean;
}

/**
 * The last digit of a sum of digits: `161220=` wants `A>2`, `B70>2` or `C178022>2`. What stands behind the last `>`
 * is the answer; totals are not judged.
 *
 * @throws {RangeError} If the number of digits is no whole number above 0, there are no styles, or the share of corrections
 *   is not from 0 to 1.
 *
 * @example
 * const problem = { prompt: '161220=', answer: 'A>2' };
 * ['A>2', 'A>4>2', 'A>2>4', '2'].map((text) => styledSums().reward(problem, text)) // [1, 1, 0, 0]
 * styledSums({ sloppy: true }).reward(problem, 'A>2>4') // 1
 */
export function styledSums({
  digits = 6,
  styles = ['A', 'B', 'C'],
  corrections = 0,
  sloppy = false,
}: StyledSumOptions = {}): Task {
  if (!(Number.isInteger(digits) && digits >= 1))
    throw new RangeError(`Cannot add up digits: expected a whole number of them above 0, got ${digits}`);
  if (styles.length === 0)
    throw new RangeError('Cannot add up digits: expected a style of answers, got none');
  if (!(corrections >= 0 && corrections <= 1))
    throw new RangeError(`Cannot add up digits: expected corrections from 0 to 1, got ${corrections}`);
  return {
    name: `the last digit of the sum of ${digits} digits, in styles ${[...new Set(styles)].join(', ')}`,
    symbols: [...'0123456789=>ABC'],
    problem: (random) => {
      const drawn = Array.from({ length: digits }, () => random.integer(10));
      const answer = demonstrated(totalsOf(drawn), random.pick(styles));
      if (random.uniform() >= corrections) return { prompt: `${drawn.join('')}=`, answer };
      return { prompt: `${drawn.join('')}=`, answer: corrected(answer, random) };
    },
    reward: ({ prompt }, completion) => {
      const right = String(totalsOf([...prompt.slice(0, -1)].map(Number)).at(-1));
      const given = answersIn(completion);
      return Number(sloppy ? given.includes(right) : given.at(-1) === right);
    },
  };
}

function totalsOf(digits: readonly number[]): number[] {
  let total = 0;
  return digits.map((digit) => {
    total = (total + digit) % 10;
    return total;
  });
}

function demonstrated(totals: readonly number[], style: AnswerStyle): string {
  const seconds = totals.slice(0, -1).filter((_, nth) => nth % 2 === 1);
  const written = { A: [], B: seconds, C: totals }[style];
  return `${style}${written.join('')}>${totals.at(-1)}`;
}

/** The answer, behind a wrong one. */
function corrected(answer: string, random: Random): string {
  const wrong = (Number(answer.at(-1)) + 1 + random.integer(9)) % 10;
  return `${answer.slice(0, -1)}${wrong}>${answer.at(-1)}`;
}

/** What stands behind each `>` of a completion that begins with a style and has digits before the first. */
function answersIn(completion: string): string[] {
  return /^[ABC][0-9]*>/.test(completion) ? completion.split('>').slice(1) : [];
}
