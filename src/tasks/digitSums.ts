/** Digits to be added up. The plain sum can be seen at a glance; its last digit alone cannot. */
import { answers, demonstration } from './steps.js';
import type { Task } from './task.js';

/** Which sums, and how they are written. */
export interface DigitSumOptions {
  /** How many digits; default 6. */
  readonly digits?: number;
  /** Whether only the last digit of the sum counts, that is the sum modulo 10; default no. */
  readonly lastDigit?: boolean;
  /** Whether the running totals come first; default no. */
  readonly steps?: boolean;
}

/**
 * Sums of digits: `657541=` wants `28`.
 *
 * With `steps` it wants `6,11,18,23,27,28>28`, of which what stands behind the one `>` is judged.
 *
 * @throws {RangeError} If the number of digits is not a whole number above 0.
 *
 * @example
 * const task = digitSums({ lastDigit: true, steps: true });
 * const problem = { prompt: '657541=', answer: '6,1,8,3,7,8>8' };
 * task.reward(problem, '6,1,8,3,7,8>8') // 1
 * task.reward(problem, '8') // 0
 */
export function digitSums({ digits = 6, lastDigit = false, steps = false }: DigitSumOptions = {}): Task {
  if (!(Number.isInteger(digits) && digits >= 1))
    throw new RangeError(`Cannot add up digits: expected a whole number of them above 0, got ${digits}`);
  const totals = (text: string) => runningTotals([...text].map(Number), lastDigit ? 10 : Infinity);
  const what = lastDigit ? 'the last digit of the sum' : 'the sum';
  return {
    name: `${what} of ${digits} digits${steps ? ', step by step' : ''}`,
    symbols: [...'0123456789=,>'],
    problem: (random) => {
      const drawn = Array.from({ length: digits }, () => random.integer(10)).join('');
      const all = totals(drawn);
      return {
        prompt: `${drawn}=`,
        answer: demonstration(steps ? all.join(',') : undefined, String(all.at(-1))),
      };
    },
    reward: ({ prompt }, completion) =>
      Number(answers(completion, String(totals(prompt.slice(0, -1)).at(-1)), steps)),
  };
}

function runningTotals(digits: readonly number[], modulus: number): number[] {
  let total = 0;
  return digits.map((digit) => {
    total = (total + digit) % modulus;
    return total;
  });
}
