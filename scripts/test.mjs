// Runs the tests with Node's own runner: `npm test` the quick ones, `--all` those under tests/all, and
// `npm test -- tokenizer/bpe` the files whose path contains that text. Those under tests/peers need Python and tests/series
// takes an hour, so they run only where they are named, as by `npm run test:peers` and `npm run test:series`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ options: { all: { type: 'boolean' } }, allowPositionals: true });

const slow = join('tests', 'all');
const apart = ['peers', 'series'];
const isNamed = (folder) => positionals.some((part) => part.includes(folder));
const files = readdirSync(join(root, 'tests'), { recursive: true })
  .map((file) => relative(root, join(root, 'tests', file)))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => positionals.length > 0 || file.startsWith(slow) === Boolean(values.all))
  .filter((file) => !apart.some((name) => file.startsWith(join('tests', name)) && !isNamed(name)))
  .filter((file) => positionals.every((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`No test file matches ${positionals.join(' ')}.`);
  process.exit(1);
}
const args = ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
