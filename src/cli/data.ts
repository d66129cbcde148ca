/** `workbook data`: what is done to large amounts of text, one file a subcommand. */
import type { Command } from './command.js';

const commands: { readonly [name: string]: () => Promise<{ command: Command }> } = {
  get: () => import('./data/get.js'),
  run: () => import('./data/run.js'),
  submit: () => import('./data/submit.js'),
  status: () => import('./data/status.js'),
};

const all = await Promise.all(Object.values(commands).map((load) => load()));

export const command: Command = {
  usage: all.map(({ command }) => `data ${command.usage}`).join('\n  workbook '),
  run: async ([name = '', ...args]) => {
    const load = commands[name];
    if (load) return (await load()).command.run(args);
    const names = Object.keys(commands).join(', ');
    throw new Error(`Cannot run "${`data ${name}`.trim()}": expected data and one of ${names}`);
  },
};
