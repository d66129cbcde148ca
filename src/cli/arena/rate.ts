/** `workbook arena rate`: the leaderboard of the votes. */
import { existsSync } from 'node:fs';
import { createRandom } from '../../core/random.js';
import { answerStyle } from '../../evaluate/arena/answerStyle.js';
import type { Battle } from '../../evaluate/arena/battle.js';
import { arenaRatings } from '../../evaluate/arena/ratings.js';
import { styleControl } from '../../evaluate/arena/styleControl.js';
import { defineCommand } from '../command.js';

export const command = defineCommand({
  name: 'arena rate',
  summary: 'Prints ratings with intervals of 95 % from the votes on a file of answers',
  takes: ['FILE', 'What arena answers wrote, and arena vote has shown'],
  options: {
    style: { kind: 'flag', help: 'Holds length, headings, lists and bold words equal, as lmarena does' },
  },
  examples: ['arena rate answers.jsonl', 'arena rate answers.jsonl --style'],
  run: async ({ values: { style }, positionals: [file, more] }) => {
    if (file === undefined || more !== undefined)
      throw new Error('Cannot rate: expected one file of answers');
    const { votesPath } = await import('../../serve/arena/arenaServer.js');
    const { readVotes } = await import('../../serve/arena/votes.js');
    const battles = existsSync(votesPath(file)) ? readVotes(votesPath(file)) : [];
    if (battles.length === 0) throw new Error(`Cannot rate: nobody has voted on ${file} yet`);
    const random = createRandom(1);
    const controlled = style ? styleControl(await styled(battles, file), { random }) : undefined;
    const rows = controlled?.ratings ?? arenaRatings(battles, { priorDraws: 1, random });
    const numbers = rows.map(({ rating, low, high, games, name }) =>
      [rating, low, high, games]
        .map((value) => value.toFixed(0).padStart(6))
        .concat(`  ${name}`)
        .join(' '),
    );
    process.stdout.write(
      `${battles.length} votes\n\nrating    low   high  votes   model\n${numbers.join('\n')}\n`,
    );
    if (controlled)
      for (const { feature, coefficient, low, high } of controlled.style) {
        const [worth, least, most] = [coefficient, low, high].map((value) => value.toFixed(2));
        process.stdout.write(
          `\n${feature}: ${worth} (${least} to ${most}) to the logit, a standard deviation`,
        );
      }
    if (controlled) process.stdout.write('\n');
    return 0;
  },
});

/** The votes with the style of the answers. */
async function styled(battles: readonly Battle[], file: string): Promise<Battle[]> {
  const { readAnswers } = await import('../../serve/arena/answersFile.js');
  const answers = new Map(readAnswers(file).map((one) => [one.prompt, one.answers]));
  return battles.map((battle) => {
    const [one, other] = [battle.one, battle.other].map((name) => answers.get(battle.prompt!)?.[name]);
    if (one === undefined || other === undefined)
      throw new Error(`Cannot hold style equal: ${file} has no longer the answers to "${battle.prompt}"`);
    return { ...battle, style: { one: answerStyle(one), other: answerStyle(other) } };
  });
}
