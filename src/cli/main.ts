#!/usr/bin/env node
/** The `workbook` command: picks the subcommand and turns what went wrong into one sentence and exit status 1. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import { type Commands, commandList, dispatch } from './command.js';

const commands: Commands = {
  run: () => import('./run.js'),
  publish: () => import('./publish.js'),
  convert: () => import('./convert.js'),
  assign: () => import('./grading/assign.js'),
  grade: () => import('./grading/grade.js'),
  kernel: () => import('./kernel.js'),
  data: () => import('./data.js'),
  model: () => import('./model.js'),
  train: () => import('./train.js'),
  generate: () => import('./generate.js'),
  export: () => import('./exporting/export.js'),
  import: () => import('./exporting/import.js'),
  serve: () => import('./serving/serve.js'),
  chat: () => import('./serving/chat.js'),
  arena: () => import('./arena/arena.js'),
  eval: () => import('./eval.js'),
};

const args = process.argv.slice(2);
try {
  process.exitCode = await answer(args);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function answer([name, ...rest]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') return print(`${version()}\n`);
  if (name !== undefined && name !== 'help' && name !== '--help' && name !== '-h')
    return dispatch(commands, [name, ...rest]);
  const [asked] = rest;
  if (asked !== undefined && name === 'help') return dispatch(commands, [...rest, '--help']);
  return print(
    `Usage: workbook COMMAND [arguments] [options]\n\n${await commandList(commands)}\n` +
      'workbook COMMAND --help says more of one; workbook --version which this is.\n',
  );
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
