/** What each subcommand of `workbook` offers, and how one is made from the list of its options. */
import { nearest } from './nearest.js';
import {
  columns,
  type Options,
  optionRows,
  type Parsed,
  parseOptions,
  usageWords,
  wrapped,
} from './options.js';

/** What a command takes where it takes a model, as `modelNamed` and the two that are trained on demand have it. */
export const modelHelp =
  'base or chat, or a run, a checkpoint with tokenizer.json beside it, a Hugging Face folder, a .gguf file, or a name of workbook model list';

/** A subcommand: what it is for, its help, and what it does with its arguments; it returns the exit status. */
export interface Command {
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly help: string | (() => Promise<string>);
  /** It picks one of its own commands, and shows their help. */
  readonly isGroup?: boolean;
  readonly run: (args: string[]) => Promise<number>;
}

/** What a command is made of. */
export interface CommandParts<List extends Options> {
  /** As it is called: `data run`. */
  readonly name: string;
  readonly summary: string;
  /** What it does, in paragraphs, where the summary does not say it all. */
  readonly details?: readonly string[];
  /** What it takes beside options, as the usage line shows it, and in one sentence; default nothing. */
  readonly takes?: readonly [usage: string, help: string];
  readonly options: List;
  /** Lines to copy, without `workbook` in front. */
  readonly examples?: readonly string[];
  readonly run: (parsed: Parsed<List>) => number | Promise<number>;
}

/** Makes a command that reads its options, answers `--help`, and refuses arguments where it takes none. */
export function defineCommand<const List extends Options>(
  parts: CommandParts<List>,
): Command & { readonly help: string } {
  const { name, summary, details = [], takes, options, examples = [] } = parts;
  const usage = [`workbook ${name}`, ...(takes ? [takes[0]] : []), ...usageWords(options)];
  const help = [
    `Usage: ${wrapped(usage, 91).join('\n         ')}`,
    `${summary}.`,
    ...details.map((paragraph) => wrapped(paragraph.split(' '), 100).join('\n')),
    columns([...(takes ? [takes] : []), ...optionRows(options)]),
    ...(examples.length > 0 ? [`Examples:\n${examples.map((line) => `  workbook ${line}`).join('\n')}`] : []),
  ];
  return {
    summary,
    help: `${help.join('\n\n')}\n`,
    run: async (args) => {
      const parsed = parseOptions(args, options);
      const [extra] = parsed.positionals;
      if (!takes && extra !== undefined)
        throw new Error(`Cannot use "${extra}": workbook ${name} takes options alone`);
      return parts.run(parsed);
    },
  };
}

/** Commands by name, each loaded when it is asked for. */
export type Commands = { readonly [name: string]: () => Promise<{ readonly command: Command }> };

/** A command that picks one of its own, `workbook NAME COMMAND`; they are loaded for its help, or when they run. */
export function defineGroup(name: string, summary: string, commands: Commands): Command {
  return {
    summary,
    help: async () =>
      `Usage: workbook ${name} COMMAND [arguments] [options]\n\n${summary}.\n\n` +
      `${await commandList(commands)}\nworkbook ${name} COMMAND --help says more of one.\n`,
    isGroup: true,
    run: (args) => dispatch(commands, args, `${name} `),
  };
}

/** Every command with what it is for, one a line. */
export async function commandList(commands: Commands): Promise<string> {
  const rows = Object.entries(commands).map(
    async ([name, load]) => [name, (await load()).command.summary] as const,
  );
  return `${columns(await Promise.all(rows))}\n`;
}

/** Picks a command by the first word and runs it, or shows the help that is asked for. */
export async function dispatch(
  commands: Commands,
  [name = '', ...args]: readonly string[],
  prefix = '',
): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const names = Object.keys(commands);
    const near = nearest(name, names);
    const guess = near ? `did you mean ${near}? ` : '';
    throw new Error(
      `Cannot run "${`${prefix}${name}`.trim()}": ${guess}expected ${prefix && `${prefix}and `}one of ${names.join(', ')}`,
    );
  }
  const { command } = await load();
  const asked = wantsHelp(command.isGroup ? args.slice(0, 1) : args);
  if (!asked) return command.run(args);
  process.stdout.write(typeof command.help === 'string' ? command.help : await command.help());
  return 0;
}

/** `--help` or `-h` before a lone `--`. */
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
