/** Two-digit numbers to be multiplied, in one's head or as one does it on paper. */
import { answers, demonstration } from './steps.js';
import type { Task } from './task.js';

/** What is written before the answer: nothing; the product with each digit of the second number; or with each pair of digits. */
export type ProductSteps = 'none' | 'rows' | 'digits';

/** How products are written. */
export interface ProductOptions {
  /**
   * `none`, the default; `rows`, 91 times 30 and 91 times 9: `2730+819>3549`; or `digits`, in which each of the two is
   * added up first: `2700+30=2730,810+9=819>3549`. Then the answer has to stand behind one `>`, and what stands before it is
   * not judged.
   */
  readonly steps?: ProductSteps;
  /**
   * Whether all numbers of the answer are written backwards, `9453`: then a carry goes to the digit that comes next, which
   * small models learn sooner (Lee et al. 2023, "Teaching Arithmetic to Small Transformers"). Default no.
   */
  readonly unitsFirst?: boolean;
}

/**
 * Products of two numbers from 10 to 99: `91*39=` wants `3549`.
 *
 * @example
 * const task = products({ steps: 'rows' });
 * const problem = { prompt: '91*39=', answer: '2730+819>3549' };
 * task.reward(problem, '2730+819>3549') // 1
 * task.reward(problem, '>3549') // 1
 * task.reward(problem, '3548>3549>3550') // 0
 */
export function products({ steps = 'none', unitsFirst = false }: ProductOptions = {}): Task {
  const turned = (text: string) => (unitsFirst ? text.replace(/\d+/g, backwards) : text);
  return {
    name: steps === 'none' ? 'products' : `products by ${steps}`,
    symbols: [...'0123456789*=+,>'],
    problem: (random) => {
      const [a, b] = [10 + random.integer(90), 10 + random.integer(90)];
      const answer = demonstration(written[steps](a, b), String(a * b));
      return { prompt: `${a}*${b}=`, answer: turned(answer) };
    },
    reward: ({ prompt }, completion) => {
      const [a, b] = prompt.slice(0, -1).split('*').map(Number);
      return Number(answers(completion, turned(String(a! * b!)), steps !== 'none'));
    },
  };
}

const backwards = (number: string): string => [...number].reverse().join('');

const written: { readonly [steps in ProductSteps]: (a: number, b: number) => string | undefined } = {
  none: () => undefined,
  rows: (a, b) => `${a * (b - (b % 10))}+${a * (b % 10)}`,
  digits: (a, b) => {
    const [tens, units] = [a - (a % 10), a % 10];
    const row = (factor: number) => `${tens * factor}+${units * factor}=${a * factor}`;
    return `${row(b - (b % 10))},${row(b % 10)}`;
  },
};
