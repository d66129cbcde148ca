import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeNotebook } from '../../src/workbook/notebook.js';
import { fromPercent } from '../../src/workbook/percent.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const cells = `// %%
import { createRandom, linePlot, readCorpus, trainBpe } from 'llm-workbook';
const texts: string[] = readCorpus('moby-dick').slice(0, 5).map(({ text }) => text);
const tokenizer = trainBpe(texts, { vocabSize: 400 });
if (tokenizer.decode(tokenizer.encode('a whale')) !== 'a whale') throw new Error('no round trip');

// %%
import { helper } from './helper';
linePlot({ title: 'Elsewhere', x: { title: 'x' }, y: { title: 'y' }, series: [{ name: 'a', x: [1, 2], y: [helper, 2] }] })
`;

const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/**
 * Every file below a folder with its size and the time of its last change, but for the compiled backend, which is kept
 * in the package where that can be written.
 */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, statSync(path, { throwIfNoEntry: false })] as const)
    .map(([path, info]) => `${path} ${info?.isFile() ? `${info.size} ${info.mtimeMs}` : ''}`)
    .filter((line) => !line.includes('.native'))
    .sort();
}

it('npm pack installs in an empty folder: a notebook there imports the helpers, and every chapter runs', {
  timeout: 900_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  const packed = run('npm', ['pack', '--loglevel=error', '--pack-destination', folder], root)
    .trim()
    .split('\n')
    .at(-1)!;
  writeFileSync(join(folder, 'package.json'), '{"name":"elsewhere","private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, packed)], folder);
  const notebooks = join(folder, 'deep', 'own');
  mkdirSync(notebooks, { recursive: true });
  writeFileSync(join(notebooks, 'helper.ts'), 'export const helper: number = 3;');
  writeNotebook(join(notebooks, 'mine.ipynb'), fromPercent(cells));
  run('npx', ['--no-install', 'workbook', 'run', join(notebooks, 'mine.ipynb'), '--out', 'ran'], folder);
  const inside = readdirSync(join(folder, 'node_modules', 'llm-workbook', 'notebooks'));
  assert.ok(
    inside.every((file) => file.endsWith('.ipynb')),
    `what a chapter left behind was packed: ${inside.join(', ')}`,
  );
  const book = readFileSync(join(folder, 'ran', 'mine.html'), 'utf8');
  assert.match(book, /Elsewhere/);
  const script =
    "const { sized } = await import('llm-workbook'); process.stdout.write(String(sized('nano', { smoke: 1, nano: 2, small: 3, gpu: 4 })));";
  assert.equal(run(process.execPath, ['--input-type=module', '-e', script], folder), '2');

  const installed = join(folder, 'node_modules', 'llm-workbook');
  const chapters = readdirSync(join(installed, 'notebooks')).map((file) => file.slice(0, 2));
  run('chmod', ['-R', 'a-w', 'node_modules'], folder); // who is root may write all the same, hence the list
  const before = filesIn(installed);
  try {
    run(
      'npx',
      ['--no-install', 'workbook', 'run', ...chapters, '--size', 'smoke', '--out', 'chapters'],
      folder,
    );
  } finally {
    run('chmod', ['-R', 'u+w', 'node_modules'], folder);
  }
  assert.deepEqual(filesIn(installed), before);
});
