/**
 * Reach a number with others, as in the television game: the answer is hard to find and easy to check. After
 * Gandhi et al. 2024 ("Stream of Search"), where all numbers have to be used.
 */
import type { Random } from '../core/random.js';
import type { Problem, Task } from './task.js';

/**
 * Numbers from which a target has to be made, each used exactly once, with `+`, `-`, `*`, `/` and parentheses:
 * `3,5,8=7:` wants `(3*5)-8` or any other way. No step of a demonstration leaves the whole numbers above 0.
 *
 * @param options.count How many numbers; default 3.
 * @param options.largest The largest of them, and of the target; default 99.
 * @throws {RangeError} If there are fewer than two numbers, or `largest` is not a whole number above 1.
 *
 * @example
 * const task = countdown();
 * const problem = { prompt: '3,5,8=7:', answer: '(3*5)-8' };
 * ['(3*5)-8', '3*5-8', '7', '3+5-8+7'].map((completion) => task.reward(problem, completion)) // [1, 1, 0, 0]
 */
export function countdown({
  count = 3,
  largest = 99,
}: {
  readonly count?: number;
  readonly largest?: number;
} = {}): Task {
  if (!(Number.isInteger(count) && count >= 2 && Number.isInteger(largest) && largest >= 2))
    throw new RangeError(
      `Cannot play countdown: expected 2 numbers or more up to 2 or more, got ${count} up to ${largest}`,
    );
  return {
    name: `countdown with ${count} numbers`,
    symbols: [...'0123456789,=:+-*/()'],
    problem: (random) => drawGame(random, count, largest),
    reward: ({ prompt }, completion) => {
      const [numbers, target] = prompt.slice(0, -1).split('=');
      return Number(solves(completion, numbers!.split(','), Number(target)));
    },
  };
}

/** A number and how it was made. */
type Made = readonly [value: number, text: string];

function drawGame(random: Random, count: number, largest: number): Problem {
  while (true) {
    const numbers = Array.from({ length: count }, () => 1 + random.integer(largest));
    const left: Made[] = numbers.map((value) => [value, String(value)]);
    while (left.length > 1) {
      const [one, other] = [0, 1].map(() => left.splice(random.integer(left.length), 1)[0]!);
      left.push(random.pick(joined(one!, other!)));
    }
    const [target, text] = left[0]!;
    const answer = text.slice(1, -1);
    if (target <= largest) return { prompt: `${numbers.join(',')}=${target}:`, answer };
  }
}

/** What two numbers make, as far as it is a whole number above 0. */
function joined([a, left]: Made, [b, right]: Made): Made[] {
  return [
    [a + b, `(${left}+${right})`] as const,
    [a * b, `(${left}*${right})`] as const,
    ...(a > b ? [[a - b, `(${left}-${right})`] as const] : []),
    ...(a % b === 0 ? [[a / b, `(${left}/${right})`] as const] : []),
  ];
}

const longestExpression = 200; // no solution needs as much, and nothing nests too deep

function solves(text: string, numbers: readonly string[], target: number): boolean {
  if (text.length > longestExpression || !/^[0-9+\-*/()]+$/.test(text)) return false;
  const used = text.match(/\d+/g) ?? [];
  if (used.toSorted().join() !== numbers.toSorted().join()) return false;
  const value = exactValue(text);
  return value !== undefined && value[1] !== 0 && value[0] === target * value[1];
}

type Fraction = readonly [over: number, under: number];

/** The exact value of an expression; undefined if it is none. Division by zero leaves 0 below the line. */
function exactValue(text: string): Fraction | undefined {
  const tokens = text.match(/\d+|[-+*/()]/g) ?? [];
  let at = 0;
  const level = (operators: string, inner: () => Fraction | undefined) => {
    let left = inner();
    while (left && at < tokens.length && operators.includes(tokens[at]!)) {
      const operator = tokens[at++]!;
      const right = inner();
      left = right && computed(left, operator, right);
    }
    return left;
  };
  const factor = (): Fraction | undefined => {
    const token = tokens[at++];
    if (token !== undefined && /^\d/.test(token)) return [Number(token), 1];
    if (token !== '(') return undefined;
    const inside = sum();
    return tokens[at++] === ')' ? inside : undefined;
  };
  const sum = (): Fraction | undefined => level('+-', () => level('*/', factor));
  const value = sum();
  return at === tokens.length ? value : undefined;
}

function computed([a, b]: Fraction, operator: string, [c, d]: Fraction): Fraction {
  if (operator === '*') return [a * c, b * d];
  if (operator === '/') return [a * d, d === 0 ? 0 : b * c];
  return [operator === '+' ? a * d + c * b : a * d - c * b, b * d];
}
