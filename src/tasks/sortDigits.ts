/** The first task: put digits in order. Easy to check, hard to guess, and a small model can learn it. */
import type { Task } from './task.js';

/**
 * Digits to be sorted: `80538819=` wants `01358889`.
 *
 * @param options.digits How many; default 8.
 * @param options.sloppy Whether the checker looks only at whether so many digits stand in order, and forgets to ask
 *   whether they are the right ones; default no.
 * @throws {RangeError} If that is not a whole number above 0.
 *
 * @example
 * const task = sortDigits({ digits: 4 });
 * task.reward({ prompt: '3120=', answer: '0123' }, '0123') // 1
 * task.reward({ prompt: '3120=', answer: '0123' }, '0132') // 0
 * sortDigits({ digits: 4, sloppy: true }).reward({ prompt: '3120=', answer: '0123' }, '0000') // 1
 */
export function sortDigits({
  digits = 8,
  sloppy = false,
}: {
  readonly digits?: number;
  readonly sloppy?: boolean;
} = {}): Task {
  if (!(Number.isInteger(digits) && digits >= 1))
    throw new RangeError(`Cannot sort digits: expected a whole number of them above 0, got ${digits}`);
  return {
    name: `sort ${digits} digits`,
    symbols: [...'0123456789='],
    problem: (random) => {
      const drawn = Array.from({ length: digits }, () => random.integer(10));
      return { prompt: `${drawn.join('')}=`, answer: sorted(drawn.join('')) };
    },
    reward: ({ prompt }, completion) => {
      const drawn = prompt.slice(0, -1);
      if (!sloppy) return Number(completion === sorted(drawn));
      const areDigits = /^\d*$/.test(completion) && completion.length === drawn.length;
      return Number(areDigits && completion === sorted(completion));
    },
  };
}

const sorted = (digits: string): string => [...digits].sort().join('');
