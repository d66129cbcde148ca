/** Who beats whom, and how often: what a single rating cannot say. */
import { type Battle, battleGames } from './battle.js';

/** Shares of the battles of each two models: rows are the models of `names`, columns whom they met; NaN if they did not. */
export interface WinRates {
  readonly names: readonly string[];
  /** How often the row beats the column, 0 to 1. */
  readonly won: readonly (readonly number[])[];
  /** How often nobody wins, ties and `both bad` together; the same on both sides of the diagonal. */
  readonly tied: readonly (readonly number[])[];
  /** How many points the row has of each battle: a win and half of a tie. */
  readonly points: readonly (readonly number[])[];
  readonly battles: readonly (readonly number[])[];
}

/**
 * Counts how often each model beats each other.
 *
 * @param names Default those that have met, in the order in which they first came.
 *
 * @example
 * const { won, tied } = winRates([
 *   { one: 'a', other: 'b', winner: 'one' },
 *   { one: 'b', other: 'a', winner: 'tie' },
 * ]);
 * [won[0][1], won[1][0], tied[0][1]] // [0.5, 0, 0.5]
 */
export function winRates(battles: readonly Battle[], names: readonly string[] = namesIn(battles)): WinRates {
  const places = new Map(names.map((name, place) => [name, place]));
  const empty = () => names.map(() => names.map(() => 0));
  const [wins, ties, counts] = [empty(), empty(), empty()];
  for (const { one, other, score } of battleGames(battles)) {
    const [row, column] = [places.get(one), places.get(other)];
    if (row === undefined || column === undefined) continue;
    for (const [mine, theirs, points] of [
      [row, column, score],
      [column, row, 1 - score],
    ] as const) {
      counts[mine]![theirs]!++;
      if (points === 1) wins[mine]![theirs]!++;
      if (points === 0.5) ties[mine]![theirs]!++;
    }
  }
  const shares = (of: (row: number, column: number) => number) =>
    names.map((_, row) => names.map((_, column) => of(row, column) / counts[row]![column]!));
  return {
    names,
    won: shares((row, column) => wins[row]![column]!),
    tied: shares((row, column) => ties[row]![column]!),
    points: shares((row, column) => wins[row]![column]! + ties[row]![column]! / 2),
    battles: counts,
  };
}

const namesIn = (battles: readonly Battle[]): string[] => [
  ...new Set(battles.flatMap(({ one, other }) => [one, other])),
];
