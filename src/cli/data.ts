/** `workbook data`: what is done to large amounts of text, one file a subcommand. */
import { type Commands, defineGroup } from './command.js';

const commands: Commands = {
  get: () => import('./data/get.js'),
  run: () => import('./data/run.js'),
  tokenize: () => import('./data/tokenize.js'),
  submit: () => import('./data/submit.js'),
  status: () => import('./data/status.js'),
};

export const command = defineGroup(
  'data',
  'Downloads and filters crawls of any size, and turns documents into tokens',
  commands,
);
