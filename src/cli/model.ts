/** `workbook model`: other people's models, one file a subcommand. */
import { type Command, type Commands, commandList, dispatch } from './command.js';

const commands: Commands = {
  get: () => import('./model/get.js'),
  list: () => import('./model/list.js'),
};

const summary = 'Fetches pretrained models and lists those that are there';

export const command: Command = {
  summary,
  help: `Usage: workbook model COMMAND [arguments] [options]\n\n${summary}.\n\n${await commandList(commands)}\nworkbook model COMMAND --help says more of one.\n`,
  isGroup: true,
  run: (args) => dispatch(commands, args, 'model '),
};
