/**
 * The options of a subcommand, listed once: how they are read, the usage line and the help are all made from that
 * list, so none can drift from the others.
 */
import { parseArgs } from 'node:util';
import { checkSize, type Size, sizes } from '../core/size.js';
import { nearest } from './nearest.js';

/** What each kind of option gives. */
interface Kinds {
  readonly flag: boolean;
  readonly text: string;
  /** A text that may be given several times. */
  readonly texts: readonly string[];
  readonly size: Size;
  /** A number of seconds above 0. */
  readonly seconds: number;
  /** A number above 0. */
  readonly positive: number;
  /** A number of 0 or more. */
  readonly number: number;
  /** A number of points, 0 or more. */
  readonly points: number;
  /** A whole number from `least` (default 1) up. */
  readonly whole: number;
}

type OptionOf<Kind extends keyof Kinds> = {
  readonly kind: Kind;
  /** One sentence without its full stop. */
  readonly help: string;
  /** What stands for the value in usage and help; default by its kind. */
  readonly takes?: string;
  readonly default?: Kinds[Kind];
  readonly least?: number;
};

/** One option. */
export type Option = { [Kind in keyof Kinds]: OptionOf<Kind> }[keyof Kinds];

/** Options by name, without the dashes. */
export type Options = { readonly [name: string]: Option };

/** What the options of a list give: flags and texts that may repeat always have a value, others with a default. */
export type Values<List extends Options> = {
  readonly [Name in keyof List]: List[Name]['kind'] extends 'flag' | 'texts'
    ? Kinds[List[Name]['kind']]
    : List[Name] extends { readonly default: string | number }
      ? Kinds[List[Name]['kind']]
      : Kinds[List[Name]['kind']] | undefined;
};

/** The words of a command line, told apart. */
export interface Parsed<List extends Options> {
  readonly values: Values<List>;
  readonly positionals: readonly string[];
}

/**
 * Reads the words of a command line.
 *
 * @throws {Error} If an option is unknown, the message names the nearest; or if it lacks its value, or has one that is
 * not of its kind.
 */
export function parseOptions<List extends Options>(args: readonly string[], options: List): Parsed<List> {
  const types = Object.entries(options).map(([name, { kind }]) => [
    name,
    { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
  ]);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    allowPositionals: true,
    strict: false, // its own messages do not say what there is
    tokens: true,
  });
  const given = new Map<string, unknown>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw new Error(unknown(token.rawName, Object.keys(options)));
    given.set(token.name, valueIn(option, token, given.get(token.name)));
  }
  const values = Object.entries(options).map(([name, { kind, default: otherwise }]) => [
    name,
    given.get(name) ?? otherwise ?? (kind === 'flag' ? false : kind === 'texts' ? [] : undefined),
  ]);
  return { values: Object.fromEntries(values) as Values<List>, positionals };
}

function unknown(option: string, names: readonly string[]): string {
  const known = names.map((name) => `--${name}`);
  const near = nearest(option, known);
  const guess = near ? `did you mean ${near}? ` : '';
  return `Unknown option ${option}: ${guess}There ${known.length === 1 ? 'is' : 'are'} ${['--help', ...known].join(', ')}`;
}

interface Token {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueIn(option: Option, { rawName, value, inlineValue }: Token, before: unknown): unknown {
  if (option.kind === 'flag') {
    if (value === undefined) return true;
    throw new Error(`Cannot use ${rawName}=${value}: it takes no value`);
  }
  if (value === undefined || (!inlineValue && /^-(?!\d)./.test(value)))
    throw new Error(`Cannot use ${rawName}: expected ${takes(option)} behind it, got ${value ?? 'nothing'}`);
  switch (option.kind) {
    case 'text':
      return value;
    case 'texts':
      return [...((before as readonly string[] | undefined) ?? []), value];
    case 'size':
      checkSize(value);
      return value;
    case 'seconds':
      return checked(rawName, value, Number(value) > 0, 'a number of seconds above 0');
    case 'positive':
      return checked(rawName, value, Number(value) > 0, 'a number above 0');
    case 'number':
      return checked(rawName, value, value.trim() !== '' && Number(value) >= 0, 'a number of 0 or more');
    case 'points':
      return checked(rawName, value, value.trim() !== '' && Number(value) >= 0, 'a number of points');
    case 'whole': {
      const { least = 1 } = option;
      const isWhole = /^\d{1,15}$/.test(value) && Number(value) >= least;
      return checked(rawName, value, isWhole, `a whole number from ${least} up`);
    }
  }
}

function checked(option: string, text: string, right: boolean, expected: string): number {
  if (right) return Number(text);
  throw new RangeError(`Cannot use ${option} ${text}: expected ${expected}`);
}

const placeholders: { readonly [kind in keyof Kinds]: string } = {
  flag: '',
  text: 'TEXT',
  texts: 'TEXT',
  size: sizes.join('|'),
  seconds: 'SECONDS',
  positive: 'N',
  number: 'N',
  points: 'N',
  whole: 'N',
};

const takes = ({ kind, takes = placeholders[kind] }: Option): string => takes;

/** As an option is written: `--size smoke|nano|small|gpu`, `--force`. */
const written = (name: string, option: Option): string =>
  `--${[name, takes(option)].filter(Boolean).join(' ')}`;

/** The options as a usage line has them: `[--force]`. */
export function usageWords(options: Options): string[] {
  return Object.entries(options).map(
    ([name, option]) => `[${written(name, option)}]${option.kind === 'texts' ? '…' : ''}`,
  );
}

/** Each option, with what it does and its default. */
export function optionRows(options: Options): (readonly [left: string, right: string])[] {
  const rows = Object.entries(options).map(([name, option]) => {
    const { default: otherwise } = option;
    const note = otherwise === undefined ? '' : ` (default ${otherwise})`;
    return [written(name, option), `${option.help}${note}`] as const;
  });
  return [...rows, ['--help', 'Shows this']];
}

/** Two columns, the second under itself where it is long. */
export function columns(rows: readonly (readonly [left: string, right: string])[], width = 100): string {
  const indent = Math.min(30, Math.max(...rows.map(([left]) => left.length))) + 4;
  return rows
    .map(([left, right]) => {
      const lines = wrapped(right.split(' '), width - indent);
      const head = `  ${left}`.padEnd(indent);
      const first = head.length > indent ? [head, ...lines] : [`${head}${lines[0] ?? ''}`, ...lines.slice(1)];
      return first.map((line, nth) => (nth === 0 ? line : `${' '.repeat(indent)}${line}`)).join('\n');
    })
    .join('\n');
}

/** Puts words into lines of at most `width` characters, unless one word is longer. */
export function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
