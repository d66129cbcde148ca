/**
 * A labeller whose taste is known: it has a hidden score and shows it only through choices, as people do, and with
 * mistakes, as people make them. Plain numbers.
 */
import type { Random } from '../../core/random.js';

/** What it likes, and how surely. */
export interface LabellerOptions<Item> {
  /** What an item is truly worth to it. */
  readonly score: (item: Item) => number;
  /**
   * What scores are divided by before they become odds: at 1, the default, an item that is worth 1 more is chosen e times
   * as often (Bradley and Terry 1952); at 0 always the best.
   */
  readonly noise?: number;
  /** How far the best two scores must lie apart for it to see a difference; default 0: it always chooses. */
  readonly ties?: number;
  readonly random: Random;
}

/** Made by `simulatedLabeller`. */
export interface SimulatedLabeller<Item> {
  /** The place of the item it likes best among these, or `undefined` where it sees no difference. */
  readonly choose: (items: readonly Item[]) => number | undefined;
  /** With which probability it chooses each, if it chooses. */
  readonly chances: (items: readonly Item[]) => number[];
}

/**
 * Makes a labeller. It chooses among any number of items, with odds exp(score / noise) (Luce 1959), of two as Bradley and
 * Terry have it. How often the best guess about it can be right at all, the noise ceiling, is the mean of the largest of
 * its `chances`.
 *
 * @throws {RangeError} If noise or ties are below 0, a score is not finite, or there are no items to choose from.
 *
 * @example
 * const { choose, chances } = simulatedLabeller({ score: (text) => text.length, ties: 0.5, random: createRandom(1) });
 * choose(['ab', 'cd']) // undefined
 * chances(['abc', 'ab']) // [0.731059, 0.268941]
 */
export function simulatedLabeller<Item>({
  score,
  noise = 1,
  ties = 0,
  random,
}: LabellerOptions<Item>): SimulatedLabeller<Item> {
  for (const [name, value] of Object.entries({ noise, ties }))
    if (!(value >= 0)) throw new RangeError(`Cannot label: expected ${name} of 0 or more, got ${value}`);
  const scoresOf = (items: readonly Item[]) => {
    if (items.length === 0) throw new RangeError('Cannot label: expected items to choose from, got none');
    return items.map((item, nth) => {
      const value = score(item);
      if (Number.isFinite(value)) return value;
      throw new RangeError(`Cannot label: expected a finite score, got ${value} for item ${nth}`);
    });
  };
  return {
    chances: (items) => chancesOf(scoresOf(items), noise),
    choose: (items) => {
      const scores = scoresOf(items);
      const [best, second] = scores.toSorted((one, other) => other - one);
      if (second !== undefined && best! - second < ties) return undefined;
      let left = random.uniform();
      const chances = chancesOf(scores, noise);
      const place = chances.findIndex((chance) => {
        left -= chance;
        return left < 0;
      });
      return place === -1 ? chances.indexOf(Math.max(...chances)) : place; // where rounding leaves a rest
    },
  };
}

function chancesOf(scores: readonly number[], noise: number): number[] {
  const best = Math.max(...scores);
  const odds = scores.map((one) => (noise === 0 ? Number(one === best) : Math.exp((one - best) / noise)));
  const sum = odds.reduce((total, one) => total + one, 0);
  return odds.map((one) => one / sum);
}
