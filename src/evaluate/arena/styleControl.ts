/**
 * Ratings with style held equal (Li, Angelopoulos and Chiang 2024, "Does style matter?"): a logistic regression in which,
 * beside who answered, the differences in style explain who wins. Where long answers win because they are long, that is
 * put down to the length and not to the model.
 */
import type { Random } from '../../core/random.js';
import type { LadderRow } from '../ladder.js';
import { type Battle, battleGames } from './battle.js';
import { type LogisticRow, logisticFit } from './logisticFit.js';

/** How style is held equal. */
export interface StyleControlOptions {
  /** What the ratings of all models are on average; default 1,000. */
  readonly mean?: number;
  /**
   * Pulls all parameters towards 0: half of it times their squares, a rating counting in units of 400 points, is added to
   * the loss, which is the sum over the battles; default 0.5, as FastChat has it.
   */
  readonly penalty?: number;
  /** Draws the battles anew, for the error bars; without it there are none. */
  readonly random?: Random;
  /** So many times; default 100. */
  readonly resamples?: number;
}

/** What a feature of style is worth to a judge. */
export interface StyleEffect {
  readonly feature: string;
  /** What one standard deviation of it adds to the logit of winning. */
  readonly coefficient: number;
  readonly low: number;
  readonly high: number;
}

/** Ratings, best first, and what style is worth. */
export interface StyleControl {
  readonly ratings: readonly LadderRow[];
  readonly style: readonly StyleEffect[];
}

const pointsPerUnit = 400;

/**
 * Rates models with the style of their answers held equal. Of each feature the difference of both answers, divided by one more
 * than their sum, is brought to mean 0 and deviation 1 over all battles, as FastChat does it. So models should stand on either
 * side as often, as in `battlesOf`: who always stood on one would be given what the mean takes away.
 *
 * @throws {RangeError} If there are no battles, a battle has no style, features differ or are below 0, or the penalty is not
 *   above 0.
 *
 * @example
 * const battle = (winner: 'one' | 'other', one: number, other: number) =>
 *   ({ one: 'a', other: 'b', winner, style: { one: { length: one }, other: { length: other } } });
 * const battles = [battle('one', 90, 30), battle('one', 60, 20), battle('other', 20, 60), battle('other', 10, 30)];
 * styleControl(battles).style[0].coefficient > 1 // true
 */
export function styleControl(
  battles: readonly Battle[],
  { mean = 1000, penalty = 0.5, random, resamples = 100 }: StyleControlOptions = {},
): StyleControl {
  if (!(penalty > 0))
    throw new RangeError(`Cannot hold style equal: expected a penalty above 0, got ${penalty}`);
  const names = [...new Set(battles.flatMap(({ one, other }) => [one, other]))];
  const features = featuresOf(battles);
  const rows = rowsOf(battles, names, features);
  const fit = (some: readonly LogisticRow[]) => logisticFit(some, names.length + features.length, penalty);
  const fitted = fit(rows);
  const again = random
    ? Array.from({ length: resamples }, () => fit(rows.map(() => random.pick(rows))))
    : [fitted];
  const measured = (place: number, scale = 1, shift = 0) => {
    const values = again.map((one) => one[place]!).sort((a, b) => a - b);
    const at = (share: number) => shift + scale * values[Math.round(share * (values.length - 1))]!;
    return { value: shift + scale * fitted[place]!, low: at(0.025), high: at(0.975) };
  };
  const ratings = names.map((name, place) => {
    const { value, low, high } = measured(place, pointsPerUnit, mean);
    const games = battles.filter(({ one, other }) => one === name || other === name).length;
    return { name, rating: value, low, high, games };
  });
  const style = features.map((feature, nth) => {
    const { value, low, high } = measured(names.length + nth);
    return { feature, coefficient: value, low, high };
  });
  return { ratings: ratings.sort((a, b) => b.rating - a.rating), style };
}

/** The features of all battles. */
function featuresOf(battles: readonly Battle[]): string[] {
  const features = Object.keys(battles[0]?.style?.one ?? {}).sort();
  for (const [nth, { style }] of battles.entries())
    for (const side of ['one', 'other'] as const) {
      const found = Object.keys(style?.[side] ?? {}).sort();
      const odd = found.find((name) => !(style![side][name]! >= 0 && style![side][name]! < Infinity));
      if (found.length === 0 || found.join() !== features.join() || odd !== undefined)
        throw new RangeError(
          `Cannot hold style equal: expected of battle ${nth} counts of ${features.join(', ') || 'some features'}, got ${odd === undefined ? found.join(', ') || 'none' : `${odd} ${style![side][odd]}`}`,
        );
    }
  if (battles.length === 0) throw new RangeError('Cannot hold style equal: expected battles, got none');
  return features;
}

/** A row for each battle: who played, in units of 400 points, and the differences in style. */
function rowsOf(
  battles: readonly Battle[],
  names: readonly string[],
  features: readonly string[],
): LogisticRow[] {
  const places = new Map(names.map((name, place) => [name, place]));
  const games = battleGames(battles);
  const differences = features.map((feature) =>
    standardised(
      battles.map(({ style }) => {
        const [mine, theirs] = [style!.one[feature]!, style!.other[feature]!];
        return (mine - theirs) / (mine + theirs + 1);
      }),
    ),
  );
  return games.map(({ one, other, score }, nth) => ({
    inputs: [
      [places.get(one)!, Math.LN10],
      [places.get(other)!, -Math.LN10],
      ...differences.map((values, feature) => [names.length + feature, values[nth]!] as const),
    ],
    score,
  }));
}

/** With mean 0 and a deviation of 1, all numbers being there; what does not vary is 0. */
function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const width = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (width < 1e-12 ? 0 : (value - mean) / width));
}
