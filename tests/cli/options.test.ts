import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Command, defineCommand } from '../../src/cli/command.js';
import { nearest } from '../../src/cli/nearest.js';
import { type Options, parseOptions } from '../../src/cli/options.js';

const options = {
  size: { kind: 'size', help: 'How much' },
  out: { kind: 'text', takes: 'DIR', default: 'out', help: 'Where to' },
  force: { kind: 'flag', help: 'Writes over' },
  limit: { kind: 'seconds', help: 'Longest time' },
  rank: { kind: 'whole', least: 0, help: 'Which' },
  points: { kind: 'points', help: 'How many' },
  share: { kind: 'number', help: 'How much of it' },
  sbatch: { kind: 'texts', help: 'More' },
} as const satisfies Options;

describe('parseOptions()', () => {
  it('gives each option the value of its kind, its default, or nothing', () => {
    const { values, positionals } = parseOptions(
      [
        '05',
        '--size',
        'nano',
        '--limit=0.5',
        '--rank',
        '0',
        '--sbatch=--a=b',
        '--sbatch',
        'c',
        '--',
        '--force',
      ],
      options,
    );
    assert.deepEqual(values, {
      size: 'nano',
      out: 'out',
      force: false,
      limit: 0.5,
      rank: 0,
      points: undefined,
      share: undefined,
      sbatch: ['--a=b', 'c'],
    });
    assert.deepEqual(positionals, ['05', '--force']);
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--sise', 'nano'], /^Unknown option --sise: did you mean --size\? There are --help, --size, --out, /],
    [['-x'], /^Unknown option -x: There are/],
    [['--constructor'], /^Unknown option --constructor/],
    [['--size', 'huge'], /^Cannot use size "huge": expected one of smoke/],
    [['--out'], /^Cannot use --out: expected DIR behind it, got nothing$/],
    [['--out', '--force'], /^Cannot use --out: expected DIR behind it, got --force$/],
    [['--force=yes'], /^Cannot use --force=yes: it takes no value$/],
    [['--limit', '0'], /^Cannot use --limit 0: expected a number of seconds above 0$/],
    [['--rank', '1.5'], /^Cannot use --rank 1.5: expected a whole number from 0 up$/],
    [['--points', '-1'], /^Cannot use --points -1: expected a number of points$/],
    [['--share', '-0.1'], /^Cannot use --share -0.1: expected a number of 0 or more$/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(' ')} in one sentence`, () =>
      assert.throws(
        () => parseOptions(args, options),
        (error: Error) => message.test(error.message),
      ));
  }
});

it('nearest() finds the word with the fewest changes, and nothing that is far', () => {
  assert.equal(nearest('ru', ['run', 'grade']), 'run');
  assert.equal(nearest('--cel-limit', ['--limit', '--cell-limit']), '--cell-limit');
  assert.equal(nearest('walk', ['get', 'status']), undefined);
});

it('defineCommand() refuses words where it takes none', async () => {
  const command: Command = defineCommand({ name: 'x', summary: 'X', options: {}, run: () => 0 });
  assert.equal(await command.run([]), 0);
  await assert.rejects(command.run(['05']), /^Error: Cannot use "05": workbook x takes options alone$/);
});

describe('workbook --help', () => {
  const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const workbook = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  const commands = ['run', 'publish', 'convert', 'assign', 'grade', 'kernel', 'data'];

  it('lists every command with a sentence, and --version is that of the package', () => {
    const { status, stdout } = workbook('--help');
    assert.equal(status, 0);
    for (const name of commands) assert.match(stdout, new RegExp(`^ {2}${name} +[A-Z].{20}`, 'm'));
    assert.equal(workbook().stdout, stdout);
    const { version } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    );
    assert.equal(workbook('--version').stdout, `${version}\n`);
  });

  for (const name of [...commands, 'data get', 'data run', 'data submit', 'data status', 'kernel install']) {
    it(`workbook ${name} --help says how it is used, in lines of at most 100 characters, and exits with 0`, () => {
      const { status, stdout, stderr } = workbook(...name.split(' '), '--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^Usage: workbook ${name}\\b`));
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    });
  }

  it('a misspelled command names the one that is there', () => {
    const { status, stderr } = workbook('rum');
    assert.equal(status, 1);
    assert.match(stderr, /^Cannot run "rum": did you mean run\? expected one of run, publish/);
  });
});
