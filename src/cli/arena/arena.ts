/** `workbook arena`: models answer, a person votes, and the votes are rated, one file a subcommand. */
import { type Commands, defineGroup } from '../command.js';

const commands: Commands = {
  answers: () => import('./answers.js'),
  vote: () => import('./vote.js'),
  rate: () => import('./rate.js'),
};

export const command = defineGroup(
  'arena',
  'Lets models answer the same prompts, and a person say whose answers are better',
  commands,
);
