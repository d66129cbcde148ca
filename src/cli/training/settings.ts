/**
 * What a training run is made of. Each setting can be a flag, stand in a JSON file, or be remembered by the run itself; a
 * flag goes before the file, the file before what is remembered.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { fileProblem, writeFileAtomic } from '../../core/files.js';
import { type Options, parseOptions, type Values } from '../options.js';

/** What holds where nothing is said: nanoGPT's small setting for a CPU. */
const defaults = {
  shape: 'gpt2',
  steps: 2000,
  batch: 12,
  accumulate: 1,
  'learning-rate': 0.001,
  'warmup-steps': 100,
  schedule: 'cosine',
  'final-share': 0.1,
  'weight-decay': 0.1,
  order: 'random',
  'validate-every': 200,
  'validation-windows': 256,
  'checkpoint-every': 500,
  keep: 2,
  'on-spike': 'skip',
  seed: 1,
} as const;

const said = (help: string, name: keyof typeof defaults): string => `${help} (default ${defaults[name]})`;

/** The settings, as options of the command. */
export const settingOptions = {
  data: { kind: 'texts', takes: 'PATH', help: 'Files of tokens, or a folder of them from data tokenize' },
  validation: {
    kind: 'texts',
    takes: 'PATH',
    help: 'The same for validation; default val files of that folder',
  },
  tokenizer: {
    kind: 'text',
    takes: 'NAME',
    help: 'The tokenizer of the data; default tokenizer.json beside them',
  },
  headerless: { kind: 'flag', help: "The files are ids of two bytes and nothing else, as nanoGPT's" },
  shape: {
    kind: 'text',
    help: said(
      'gpt2 or llama (nLayer=4,nHead=4,nEmbd=128,blockSize=64), gpt2-small to gpt2-xl, smollm2-135m; fields may follow: llama,nLayer=6',
      'shape',
    ),
  },
  steps: { kind: 'whole', help: said('Updates in all', 'steps') },
  batch: { kind: 'whole', help: said('Windows of a batch', 'batch') },
  accumulate: { kind: 'whole', help: said('Batches of a step', 'accumulate') },
  'learning-rate': { kind: 'positive', help: said('The highest', 'learning-rate') },
  'warmup-steps': { kind: 'whole', least: 0, help: said('Steps until then', 'warmup-steps') },
  schedule: { kind: 'text', takes: 'cosine|linear|wsd|constant', help: said('How it falls', 'schedule') },
  'final-share': { kind: 'number', help: said('Of the highest rate, at the end', 'final-share') },
  'weight-decay': { kind: 'number', help: said('Of matrices', 'weight-decay') },
  order: { kind: 'text', takes: 'random|passes', help: said('Windows with or without replacement', 'order') },
  documents: { kind: 'flag', help: 'Windows of one document each, nothing learned across their ends' },
  'validate-every': { kind: 'whole', help: said('Steps between two validations', 'validate-every') },
  'validation-windows': { kind: 'whole', help: said('Windows of each', 'validation-windows') },
  'checkpoint-every': { kind: 'whole', help: said('Steps between two checkpoints', 'checkpoint-every') },
  keep: { kind: 'whole', help: said('Checkpoints kept', 'keep') },
  'on-spike': {
    kind: 'text',
    takes: 'skip|stop|ignore',
    help: said('What becomes of a step whose loss or gradient leaps', 'on-spike'),
  },
  seed: { kind: 'whole', least: 0, help: said('Of the weights and the order of the data', 'seed') },
} as const satisfies Options;

/** What may change when a run goes on: it decides what is kept and shown, or how long the run is, not what is learned. */
const free: ReadonlySet<string> = new Set([
  'data', // the checkpoint knows how much of it there was
  'validation',
  'tokenizer',
  'steps',
  'validate-every',
  'validation-windows',
  'checkpoint-every',
  'keep',
  'on-spike',
]);

type Given = Values<typeof settingOptions>;

/** All settings of a run. */
export type Settings = Given & { readonly [Name in keyof typeof defaults]: NonNullable<Given[Name]> };

/** Where a run remembers its settings. */
const runFile = (folder: string): string => join(folder, 'run.json');

/**
 * The settings of a run that begins, or goes on, in a folder.
 *
 * @param flags As given on the command line.
 * @param config A JSON file of more.
 * @throws {Error} If one is unknown or has a value that is none, or differs from what the run in the folder began with.
 */
export function settingsOf(folder: string, flags: Given, config: string | undefined): Settings {
  const now = { ...(config === undefined ? {} : settingsIn(config)), ...sayingSomething(flags) };
  const path = runFile(folder);
  const before = existsSync(path) ? settingsIn(path) : undefined;
  if (before) checkSame(folder, before, now);
  return { ...parseOptions([], settingOptions).values, ...defaults, ...before, ...now } as Settings;
}

/** Keeps the settings of a run in its folder, as a JSON file that `--config` reads too. */
export function rememberSettings(folder: string, settings: Settings): void {
  const entries = Object.entries(sayingSomething(settings)).map(([name, value]) => [inJson(name), value]);
  writeFileAtomic(runFile(folder), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

/** `learning-rate` in a JSON file. */
const inJson = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

type Some = { readonly [name: string]: unknown };

const sayingSomething = (values: Some): Some =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );

function checkSame(folder: string, before: Some, now: Some): void {
  for (const [name, value] of Object.entries(now)) {
    if (free.has(name) || JSON.stringify(before[name]) === JSON.stringify(value)) continue;
    const began = before[name] === undefined ? 'none' : String(before[name]);
    throw new Error(
      `Cannot go on in ${folder}: the run began with ${name} ${began}, got ${value}; name another folder with --out`,
    );
  }
}

/** The settings in a JSON file, which are read, and refused, as flags are. */
function settingsIn(path: string): Some {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new Error('expected a JSON object');
    const { values, positionals } = parseOptions(Object.entries(json).flatMap(asFlag), settingOptions);
    if (positionals.length > 0) throw new Error(`expected settings alone, got ${positionals[0]}`);
    return sayingSomething(values);
  } catch (error) {
    const what = error instanceof SyntaxError ? messageOf(error) : fileProblem(error);
    throw new Error(`Cannot read settings ${path}: ${what}`, { cause: error });
  }
}

/** A setting of a JSON file as words of a command line: `learningRate` is `--learning-rate`. */
function asFlag([name, value]: [string, unknown]): string[] {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (typeof value === 'boolean') return value ? [flag] : [];
  if (Array.isArray(value)) return value.map((one) => `${flag}=${one}`);
  if (typeof value !== 'object' || value === null) return [`${flag}=${value}`];
  const fields = Object.entries(value).map(([field, inner]) => `${field}=${inner}`);
  return [`${flag}=${fields.join(',')}`];
}
