/**
 * Reach a number with others, as in the television game: the answer is hard to find and easy to check. After
 * Gandhi et al. 2024 ("Stream of Search"), where all numbers have to be used.
 */
import type { Random } from '../core/random.js';
import { demonstration } from './steps.js';
import type { Problem, Task } from './task.js';

/** Which games, how they are demonstrated, and how answers are judged. */
export interface CountdownOptions {
  /** How many numbers; default 3. */
  readonly count?: number;
  /** The largest of them, and of the target; default 99. */
  readonly largest?: number;
  /**
   * Most ways that a demonstration tries in vain before it finds one, each with what it comes to; the answer stands behind
   * `>` then, and what stands before it is not judged. Default none, and no `>`.
   */
  readonly tries?: number;
  /** Whether the checker forgets to ask which numbers were used, and looks only at what they come to; default no. */
  readonly sloppy?: boolean;
}

/**
 * Numbers from which a target has to be made, each used exactly once, with `+`, `-`, `*`, `/` and parentheses:
 * `3,5,8=7:` wants `(3*5)-8` or any other way; with `tries` it wants `(3+5)+8=16,(8-5)*3=9>(3*5)-8`. No step of a
 * demonstration leaves the whole numbers above 0.
 *
 * @throws {RangeError} If there are fewer than two numbers, `largest` is not a whole number above 1, or `tries` is not one
 *   above 0.
 *
 * @example
 * const task = countdown();
 * const problem = { prompt: '3,5,8=7:', answer: '(3*5)-8' };
 * ['(3*5)-8', '3*5-8', '7', '3+5-8+7'].map((completion) => task.reward(problem, completion)) // [1, 1, 0, 0]
 * countdown({ sloppy: true }).reward(problem, '7') // 1
 */
export function countdown({ count = 3, largest = 99, tries, sloppy = false }: CountdownOptions = {}): Task {
  if (!(Number.isInteger(count) && count >= 2 && Number.isInteger(largest) && largest >= 2))
    throw new RangeError(
      `Cannot play countdown: expected 2 numbers or more up to 2 or more, got ${count} up to ${largest}`,
    );
  if (tries !== undefined && !(Number.isInteger(tries) && tries >= 1))
    throw new RangeError(`Cannot play countdown: expected a whole number of tries above 0, got ${tries}`);
  return {
    name: `countdown with ${count} numbers${tries ? `, up to ${tries} tries` : ''}`,
    symbols: [...'0123456789,=:+-*/()', ...(tries ? ['>'] : [])],
    problem: (random) => drawGame(random, { count, largest, tries }),
    reward: ({ prompt }, completion) => {
      const [numbers, target] = prompt.slice(0, -1).split('=');
      const [first, second, ...more] = completion.split('>');
      const expression = tries ? second : first;
      if (expression === undefined || more.length > 0 || (!tries && second !== undefined)) return 0;
      return Number(solves(expression, sloppy ? undefined : numbers!.split(','), Number(target)));
    },
  };
}

/** A number and how it was made. */
type Made = readonly [value: number, text: string];

interface Game {
  readonly count: number;
  readonly largest: number;
  readonly tries: number | undefined;
}

function drawGame(random: Random, { count, largest, tries }: Game): Problem {
  while (true) {
    const numbers = Array.from({ length: count }, () => 1 + random.integer(largest));
    const [target, answer] = combined(numbers, random);
    if (target > largest) continue;
    const prompt = `${numbers.join(',')}=${target}:`;
    if (!tries) return { prompt, answer };
    const vain = Array.from({ length: random.integer(tries + 1) }, () => combined(numbers, random));
    const written = vain.filter(([value]) => value !== target).map(([value, text]) => `${text}=${value}`);
    return { prompt, answer: demonstration(written.join(','), answer) };
  }
}

/** All numbers, joined in some order and in some ways. */
function combined(numbers: readonly number[], random: Random): Made {
  const left: Made[] = numbers.map((value) => [value, String(value)]);
  while (left.length > 1) {
    const [one, other] = [0, 1].map(() => left.splice(random.integer(left.length), 1)[0]!);
    left.push(random.pick(joined(one!, other!)));
  }
  const [value, text] = left[0]!;
  return [value, text.slice(1, -1)];
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

/**
 * Whether an expression comes to the target.
 *
 * @param numbers Those that have to be in it, once each; `undefined` if any will do.
 */
function solves(text: string, numbers: readonly string[] | undefined, target: number): boolean {
  if (text.length > longestExpression || !/^[0-9+\-*/()]+$/.test(text)) return false;
  const used = text.match(/\d+/g) ?? [];
  if (numbers && used.toSorted().join() !== numbers.toSorted().join()) return false;
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
