#!/usr/bin/env node
/** The `workbook` command: picks the subcommand and turns what went wrong into one sentence and exit status 1. */
import { messageOf } from '../core/errors.js';
import type { Command } from './command.js';

const commands: { readonly [name: string]: () => Promise<{ command: Command }> } = {
  run: () => import('./run.js'),
  publish: () => import('./publish.js'),
  convert: () => import('./convert.js'),
  assign: () => import('./assign.js'),
  grade: () => import('./grade.js'),
  kernel: () => import('./kernel.js'),
  data: () => import('./data.js'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = commands[name];
try {
  process.exitCode = load ? await (await load()).command.run(args) : await help();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function help(): Promise<number> {
  const all = await Promise.all(Object.values(commands).map((command) => command()));
  process.stdout.write(`Usage:\n${all.map(({ command }) => `  workbook ${command.usage}`).join('\n')}\n`);
  if (name === '' || name === 'help' || name === '--help') return 0;
  process.stderr.write(`Unknown command "${name}".\n`);
  return 1;
}
