/** `workbook arena`: models answer, a person votes, and the votes are rated, one file a subcommand. */
import { type Command, type Commands, commandList, dispatch } from '../command.js';

const commands: Commands = {
  answers: () => import('./answers.js'),
  vote: () => import('./vote.js'),
  rate: () => import('./rate.js'),
};

const summary = 'Lets models answer the same prompts, and a person say whose answers are better';

export const command: Command = {
  summary,
  help: `Usage: workbook arena COMMAND [arguments] [options]\n\n${summary}.\n\n${await commandList(commands)}\nworkbook arena COMMAND --help says more of one.\n`,
  isGroup: true,
  run: (args) => dispatch(commands, args, 'arena '),
};
