/**
 * Two models answer the same prompt, and somebody says which answer is better: what an arena collects (Chiang et al. 2024,
 * "Chatbot Arena").
 */
import type { RatedGame } from '../elo.js';

/** Who won; `both bad` counts as a tie where models are rated. */
export type Winner = 'one' | 'other' | 'tie' | 'both bad';

/** Features of an answer that may please though they are not what is asked for: length, lists. By name. */
export type StyleFeatures = { readonly [feature: string]: number };

/** Two models, and which of their answers was preferred. */
export interface Battle {
  readonly one: string;
  readonly other: string;
  readonly winner: Winner;
  readonly prompt?: string;
  /** The style of both answers, with the same features. */
  readonly style?: { readonly one: StyleFeatures; readonly other: StyleFeatures };
}

/** An answer as an arena sees it. A rollout is one. */
export interface ArenaAnswer {
  readonly text: string;
  /** How good it is by the task's own score; 0 or less is bad. */
  readonly reward?: number;
}

/** A model with its answers. */
export interface Contestant<Given extends ArenaAnswer = ArenaAnswer> {
  readonly name: string;
  /** One to each prompt, in the same order for all contestants. */
  readonly answers: readonly Given[];
}

/** Says which of two answers to the prompt of that number is better. */
export type Judge<Given extends ArenaAnswer = ArenaAnswer> = (
  one: Given,
  other: Given,
  prompt: number,
) => Winner;

/**
 * The judge that knows the truth: the higher reward wins; equal ones are a tie, or both bad.
 *
 * @throws {RangeError} If an answer has no reward.
 *
 * @example
 * judgeByReward({ text: '4', reward: 1 }, { text: '5', reward: 0 }) // 'one'
 * judgeByReward({ text: '3', reward: 0 }, { text: '5', reward: 0 }) // 'both bad'
 */
export function judgeByReward(one: ArenaAnswer, other: ArenaAnswer): Winner {
  const [mine, theirs] = [one.reward ?? Number.NaN, other.reward ?? Number.NaN];
  if (Number.isNaN(mine) || Number.isNaN(theirs))
    throw new RangeError(
      `Cannot judge by reward: expected a reward of both answers, got ${mine} and ${theirs}`,
    );
  if (mine !== theirs) return mine > theirs ? 'one' : 'other';
  return mine > 0 ? 'tie' : 'both bad';
}

const scores: { readonly [verdict in Winner]: number } = { one: 1, other: 0, tie: 0.5, 'both bad': 0.5 };

/**
 * Battles as games that can be rated: a win is 1, a tie 0.5 for each, and so is `both bad`.
 *
 * @example
 * battleGames([{ one: 'a', other: 'b', winner: 'tie' }]) // [{ one: 'a', other: 'b', score: 0.5 }]
 */
export function battleGames(battles: readonly Battle[]): RatedGame[] {
  return battles.map(({ one, other, winner }) => ({ one, other, score: scores[winner] }));
}
