/** The first task: put digits in order. Easy to check, hard to guess, and a small model can learn it. */
import type { Task } from './task.js';

/**
 * Digits to be sorted: `80538819=` wants `01358889`.
 *
 * @param options.digits How many; default 8.
 * @throws {RangeError} If that is not a whole number above 0.
 *
 * @example
 * const task = sortDigits({ digits: 4 });
 * task.reward({ prompt: '3120=', answer: '0123' }, '0123') // 1
 * task.reward({ prompt: '3120=', answer: '0123' }, '0132') // 0
 */
export function sortDigits({ digits = 8 }: { readonly digits?: number } = {}): Task {
  if (!(Number.isInteger(digits) && digits >= 1))
    throw new RangeError(`Cannot sort digits: expected a whole number of them above 0, got ${digits}`);
  return {
    name: `sort ${digits} digits`,
    symbols: [...'0123456789='],
    problem: (random) => {
      const drawn = Array.from({ length: digits }, () => random.integer(10));
      return { prompt: `${drawn.join('')}=`, answer: sorted(drawn.join('')) };
    },
    reward: ({ prompt }, completion) => Number(completion === sorted(prompt.slice(0, -1))),
  };
}

const sorted = (digits: string): string => [...digits].sort().join('');
