/** Digits to be added up. The plain sum can be seen at a glance; its last digit alone cannot. */
import { answers, demonstration } from './steps.js';
import type { Task } from './task.js';

/** Which sums, and how they are written. */
export interface DigitSumOptions {
  /** How many digits; default 6. */
  readonly digits?: number;
  /** Whether only the last digit of the sum counts, that is the sum modulo 10; default no. */
  readonly lastDigit?: boolean;
  /** Running totals are written first, one after every so many digits and one at the end; default none. */
  readonly every?: number;
}

/**
 * Sums of digits: `657541=` wants `28`.
 *
 * With `every: 1` it wants `6,11,18,23,27,28>28`, with `every: 2` `11,23,28>28`, of which what stands behind the
 * one `>` is judged. Totals of which only the last digit is kept stand without commas: `618378>8`.
 *
 * @throws {RangeError} If the number of digits, or after how many a total comes, is not a whole number above 0.
 *
 * @example
 * const task = digitSums({ lastDigit: true, every: 1 });
 * const problem = { prompt: '657541=', answer: '618378>8' };
 * task.reward(problem, '618378>8') // 1
 * task.reward(problem, '8') // 0
 */
export function digitSums({ digits = 6, lastDigit = false, every }: DigitSumOptions = {}): Task {
  for (const count of [digits, every ?? 1]) {
    if (!(Number.isInteger(count) && count >= 1))
      throw new RangeError(`Cannot add up digits: expected a whole number of them above 0, got ${count}`);
  }
  const totals = (text: string) => runningTotals([...text].map(Number), lastDigit ? 10 : Infinity);
  const written = (all: readonly number[]) =>
    every === undefined
      ? undefined
      : all.filter((_, nth) => (nth + 1) % every === 0 || nth + 1 === digits).join(lastDigit ? '' : ',');
  const what = lastDigit ? 'the last digit of the sum' : 'the sum';
  return {
    name: `${what} of ${digits} digits${every ? `, a total after every ${every}` : ''}`,
    symbols: [...'0123456789=,>'],
    problem: (random) => {
      const drawn = Array.from({ length: digits }, () => random.integer(10)).join('');
      const all = totals(drawn);
      return { prompt: `${drawn}=`, answer: demonstration(written(all), String(all.at(-1))) };
    },
    reward: ({ prompt }, completion) =>
      Number(answers(completion, String(totals(prompt.slice(0, -1)).at(-1)), every !== undefined)),
  };
}

function runningTotals(digits: readonly number[], modulus: number): number[] {
  let total = 0;
  return digits.map((digit) => {
    total = (total + digit) % modulus;
    return total;
  });
}
