/** Two-digit numbers to be multiplied, in one's head or as one does it on paper. */
import { answers, demonstration } from './steps.js';
import type { Task } from './task.js';

/** How products are written. */
export interface ProductOptions {
  /** Whether the product with each digit of the second number comes first; default no. */
  readonly steps?: boolean;
  /**
   * Whether the answer is written as into the columns of squared paper, units first: numbers backwards, with
   * zeros up to the longest there can be. Then a carry goes to the digit that is written next, and every digit
   * has its place, which small models learn sooner (Lee et al. 2023, "Teaching Arithmetic to Small
   * Transformers"). Default no.
   */
  readonly columns?: boolean;
}

/**
 * Products of two numbers from 10 to 99: `91*39=` wants `3549`.
 *
 * With `steps` it wants 91 times 3 and 91 times 9 first, the first of them a column further left:
 * `273.+819>3549`. The answer has to stand behind one `>`, and what stands before it is not judged. With
 * `columns` that is `.372+918>9453`.
 *
 * @example
 * const task = products({ steps: true });
 * const problem = { prompt: '91*39=', answer: '273.+819>3549' };
 * task.reward(problem, '273.+819>3549') // 1
 * task.reward(problem, '>3549') // 1
 * task.reward(problem, '3548>3549>3550') // 0
 */
export function products({ steps = false, columns = false }: ProductOptions = {}): Task {
  const number = (value: number, width: number) =>
    columns ? [...String(value).padStart(width, '0')].reverse().join('') : String(value);
  const answerTo = (a: number, b: number) => number(a * b, 4);
  const rows = (a: number, b: number) => {
    const [tens, units] = [Math.floor(b / 10), b % 10].map((digit) => number(a * digit, 3));
    return `${columns ? `.${tens}` : `${tens}.`}+${units}`;
  };
  return {
    name: `products${columns ? ' in columns' : ''}${steps ? ', row by row' : ''}`,
    symbols: [...'0123456789*=+.>'],
    problem: (random) => {
      const [a, b] = [10 + random.integer(90), 10 + random.integer(90)];
      return { prompt: `${a}*${b}=`, answer: demonstration(steps ? rows(a, b) : undefined, answerTo(a, b)) };
    },
    reward: ({ prompt }, completion) => {
      const [a, b] = prompt.slice(0, -1).split('*').map(Number);
      return Number(answers(completion, answerTo(a!, b!), steps));
    },
  };
}
