/**
 * Which of two numbers with a point is larger? As decimals 9.9 is, as versions 9.11 comes later, and as chapter
 * and verse as well. The same digits, two rules, and a text seldom says which of them it keeps to.
 */
import type { Random } from '../core/random.js';
import type { Task } from './task.js';

/** How numbers with a point are to be read. */
export type NumberKind = 'decimal' | 'version' | 'verse';

/** Which pairs are drawn. */
export interface ComparisonOptions {
  readonly kind: NumberKind;
  /** Digits that stand behind the point, each as often; default 1 and 2. With 2 alone they are like prices. */
  readonly places?: readonly (1 | 2)[];
  /** Whether only pairs are drawn which decimals and versions order differently, like 9.11 and 9.9; default no. */
  readonly tricky?: boolean;
}

/**
 * Pairs to be compared: `decimal 9.11,9.9=` wants `<`, `version 9.11,9.9=` and `verse 9:11,9:9=` want `>`.
 *
 * The part before the point is from 1 to 9, in half of the pairs the same on both sides. The part behind it has
 * no zeros, so that no two are equal in one order and not in the other, and the two numbers always differ.
 *
 * @throws {RangeError} If there are no places, or tricky pairs are wanted of numbers with the same places.
 *
 * @example
 * const task = comparisons({ kind: 'decimal', tricky: true });
 * task.reward({ prompt: 'decimal 9.11,9.9=', answer: '<' }, '<') // 1
 */
export function comparisons({ kind, places = [1, 2], tricky = false }: ComparisonOptions): Task {
  if (places.length === 0)
    throw new RangeError('Cannot compare numbers: expected places behind the point, got none');
  if (tricky && new Set(places).size < 2)
    throw new RangeError(
      `Cannot draw tricky pairs: expected numbers of 1 and of 2 places, got only ${places[0]}`,
    );
  return {
    name: `${kind}s compared`,
    symbols: [...['decimal ', 'version ', 'verse '], ...'0123456789.:,=<>'],
    problem: (random) => {
      const pair = drawPair(random, places, tricky);
      return { prompt: promptOf(pair, kind), answer: order(pair, kind) };
    },
    reward: ({ prompt }, completion) => Number(completion === order(pairOf(prompt), kind)),
  };
}

/** Digits before and behind the point. */
type Parts = readonly [whole: string, part: string];
type Pair = readonly [one: Parts, other: Parts];

function drawPair(random: Random, places: readonly (1 | 2)[], tricky: boolean): Pair {
  const number = (): Parts => [digit(random), part(random, random.pick(places))];
  while (true) {
    const [one, [whole, part]] = [number(), number()];
    const other = [tricky || random.integer(2) === 0 ? one[0] : whole, part] as const;
    const pair: Pair = [one, other];
    if (one.join('.') === other.join('.')) continue;
    if (!tricky || order(pair, 'decimal') !== order(pair, 'version')) return pair;
  }
}

const digit = (random: Random): string => String(1 + random.integer(9));
const part = (random: Random, places: 1 | 2): string =>
  Array.from({ length: places }, () => digit(random)).join('');

function promptOf(pair: Pair, kind: NumberKind): string {
  const point = kind === 'verse' ? ':' : '.';
  return `${kind} ${pair.map((parts) => parts.join(point)).join(',')}=`;
}

function pairOf(prompt: string): Pair {
  const [one, other] = prompt.slice(prompt.indexOf(' ') + 1, -1).split(',');
  const parts = (text: string) => text.split(/[.:]/) as [string, string];
  return [parts(one!), parts(other!)];
}

function order([one, other]: Pair, kind: NumberKind): '<' | '>' {
  const key = ([whole, part]: Parts) =>
    Number(whole) + (kind === 'decimal' ? Number(`0.${part}`) : Number(part) / 100);
  return key(one) < key(other) ? '<' : '>';
}
