/** `workbook model`: other people's models, one file a subcommand. */
import { type Commands, defineGroup } from './command.js';

const commands: Commands = {
  get: () => import('./model/get.js'),
  list: () => import('./model/list.js'),
};

export const command = defineGroup(
  'model',
  'Fetches pretrained models and lists those that are there',
  commands,
);
