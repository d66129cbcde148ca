/** `workbook data`: what is done to large amounts of text, one file a subcommand. */
import { type Command, type Commands, commandList, dispatch } from './command.js';

const commands: Commands = {
  get: () => import('./data/get.js'),
  run: () => import('./data/run.js'),
  tokenize: () => import('./data/tokenize.js'),
  submit: () => import('./data/submit.js'),
  status: () => import('./data/status.js'),
};

const summary = 'Downloads and filters crawls of any size, and turns documents into tokens';

export const command: Command = {
  summary,
  help: `Usage: workbook data COMMAND [arguments] [options]\n\n${summary}.\n\n${await commandList(commands)}\nworkbook data COMMAND --help says more of one.\n`,
  isGroup: true,
  run: (args) => dispatch(commands, args, 'data '),
};
