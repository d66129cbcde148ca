import { createRandom } from '../../../src/core/random.js';
import type { Battle, Winner } from '../../../src/evaluate/arena/battle.js';
import { eloExpected } from '../../../src/evaluate/elo.js';

/** What battles are drawn from. */
interface Truth {
  /** Strengths of the models, in Elo's points. */
  readonly ratings: Readonly<Record<string, number>>;
  /** How long the answers of a model are on average; default 100 for all. */
  readonly lengths?: Readonly<Record<string, number>>;
  /** What the relative difference in length adds to the logit of winning; default nothing. */
  readonly liking?: number;
  /** The share of battles that are left undecided, whoever plays; default none. */
  readonly ties?: number;
}

/** Battles of two models that are drawn, each with its style, as the truth has it. */
export function simulatedBattles(
  { ratings, lengths, liking = 0, ties = 0 }: Truth,
  count: number,
  seed: number,
) {
  const random = createRandom(seed);
  const names = Object.keys(ratings);
  return Array.from({ length: count }, (): Battle => {
    const [one, other] = random.shuffle(names).slice(0, 2) as [string, string];
    const styleOf = (name: string) => ({
      length: Math.round((lengths?.[name] ?? 100) * (0.3 + 1.4 * random.uniform())),
      headings: random.integer(3),
      lists: random.integer(5),
      bold: random.integer(2),
    });
    const style = { one: styleOf(one), other: styleOf(other) };
    const [long, short] = [style.one.length, style.other.length];
    const pleased = (liking * (long - short)) / (long + short + 1);
    const difference = ratings[one]! - ratings[other]! + (400 / Math.LN10) * pleased;
    const decided: Winner = random.uniform() < eloExpected(difference) ? 'one' : 'other';
    const undecided: Winner = random.uniform() < 0.5 ? 'tie' : 'both bad';
    return { one, other, winner: random.uniform() < ties ? undecided : decided, style };
  });
}
