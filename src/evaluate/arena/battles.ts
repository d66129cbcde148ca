/** Battles from answers: every two models on every prompt, or as visitors of an arena happen to meet them. */
import type { Random } from '../../core/random.js';
import {
  type ArenaAnswer,
  type Battle,
  type Contestant,
  type Judge,
  judgeByReward,
  type StyleFeatures,
} from './battle.js';

/** How battles are judged, and which are held. */
export interface BattleOptions<Given extends ArenaAnswer = ArenaAnswer> {
  /** Default `judgeByReward`. */
  readonly judge?: Judge<Given>;
  /** Measures the style of an answer; default not at all. */
  readonly style?: (answer: Given) => StyleFeatures;
  /** What was asked, to be kept with the battles. */
  readonly prompts?: readonly string[];
  /**
   * Holds `count` battles, each between two models and on a prompt that are drawn, either one first. Without it every
   * two models meet once on every prompt, and change sides from one to the next.
   */
  readonly drawn?: { readonly count: number; readonly random: Random };
}

/**
 * Lets models meet.
 *
 * @throws {RangeError} If there are fewer than two models, two of the same name, or not as many answers from each.
 *
 * @example
 * const answers = (...rewards: number[]) => rewards.map((reward) => ({ text: '', reward }));
 * const models = [{ name: 'a', answers: answers(1, 0) }, { name: 'b', answers: answers(0, 0) }];
 * battlesOf(models).map(({ winner }) => winner) // ['one', 'both bad']
 */
export function battlesOf<Given extends ArenaAnswer>(
  models: readonly Contestant<Given>[],
  options: BattleOptions<Given> = {},
): Battle[] {
  const { judge = judgeByReward, style, prompts, drawn } = options;
  const asked = checked(models, prompts);
  const battle = (one: Contestant<Given>, other: Contestant<Given>, nth: number): Battle => {
    const [mine, theirs] = [one.answers[nth]!, other.answers[nth]!];
    return {
      one: one.name,
      other: other.name,
      winner: judge(mine, theirs, nth),
      ...(prompts && { prompt: prompts[nth]! }),
      ...(style && { style: { one: style(mine), other: style(theirs) } }),
    };
  };
  if (drawn)
    return Array.from({ length: drawn.count }, () => {
      const place = drawn.random.integer(models.length);
      const step = 1 + drawn.random.integer(models.length - 1);
      return battle(models[place]!, models[(place + step) % models.length]!, drawn.random.integer(asked));
    });
  return models.flatMap((one, place) =>
    models
      .slice(place + 1)
      .flatMap((other) =>
        Array.from({ length: asked }, (_, nth) =>
          nth % 2 === 0 ? battle(one, other, nth) : battle(other, one, nth),
        ),
      ),
  );
}

/** How many prompts all models have answered. */
function checked(models: readonly Contestant[], prompts?: readonly string[]): number {
  const names = new Set(models.map(({ name }) => name));
  if (models.length < 2 || names.size < models.length)
    throw new RangeError(
      `Cannot hold battles: expected two models or more, of different names, got ${models.map(({ name }) => name).join(', ') || 'none'}`,
    );
  const asked = prompts?.length ?? models[0]!.answers.length;
  const odd = models.find(({ answers }) => answers.length !== asked || asked === 0);
  if (odd)
    throw new RangeError(
      `Cannot hold battles: expected ${asked || 'some'} answers of ${odd.name}, one to each prompt, got ${odd.answers.length}`,
    );
  return asked;
}
