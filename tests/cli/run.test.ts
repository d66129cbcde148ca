import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNotebook, writeNotebook } from '../../src/workbook/notebook.js';
import { fromPercent } from '../../src/workbook/percent.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cli-'));

function notebook(name: string, ...cells: string[]): string {
  const path = join(folder, `${name}.ipynb`);
  writeNotebook(path, fromPercent(cells.map((cell) => `// %%\n${cell}\n`).join('\n')));
  return path;
}

function workbook(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('workbook run', () => {
  const good = notebook('good', '40 + 2');

  it('writes the executed notebook and a book elsewhere, leaves the source alone, and exits with 0', () => {
    const before = readFileSync(good, 'utf8');
    const { status, stderr } = workbook('run', good);
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(good, 'utf8'), before);
    const [cell] = readNotebook(join(folder, 'out', 'good.ipynb')).cells;
    assert.ok(cell?.cell_type === 'code' && cell.outputs.length === 1);
    assert.match(readFileSync(join(folder, 'out', 'good.html'), 'utf8'), />42</);
    assert.ok(existsSync(join(folder, 'out', 'index.html')));
  });

  it('exits with 1 and one sentence for each notebook that failed, and still runs the others', () => {
    const failing = notebook('failing', '1', 'nope()', '3');
    const broken = join(folder, 'broken.ipynb');
    writeFileSync(broken, 'not\njson');
    const { status, stdout, stderr } = workbook('run', broken, failing, good, '--out', 'mixed');
    assert.equal(status, 1);
    assert.match(stderr, /^broken: FAILED: Cannot read notebook .*broken\.ipynb: it is not JSON.*$/m);
    assert.match(
      stderr,
      /^failing: FAILED \(2 cells ran, 1 did not\): cell 2, line 1, column 1: ReferenceError: nope/m,
    );
    assert.match(stdout, /^1 of 3 notebooks ran whole/m);
    assert.ok(
      existsSync(join(folder, 'mixed', 'good.html')) && existsSync(join(folder, 'mixed', 'failing.html')),
    );
  });

  it('refuses to write over a notebook that it runs, an unknown size and an unknown option', () => {
    assert.match(
      workbook('run', good, '--out', '.').stderr,
      /Cannot write .*good\.ipynb: it is the notebook to run itself/,
    );
    assert.match(
      workbook('run', good, '--size', 'huge').stderr,
      /Cannot use size "huge": expected one of smoke, nano/,
    );
    assert.equal(workbook('run', good, '--sise', 'nano').status, 1);
    assert.match(
      workbook('run', good, '--limit', 'soon').stderr,
      /Cannot use --limit soon: expected a number of seconds/,
    );
  });

  it('lists in the contents what earlier runs left, and every chapter of the plan', () => {
    const other = notebook('other', '1');
    assert.equal(workbook('run', good, '--out', 'both').status, 0);
    assert.equal(workbook('run', other, '--out', 'both').status, 0);
    const page = (name: string) => readFileSync(join(folder, 'both', name), 'utf8');
    for (const link of ['good.html', 'other.html'])
      assert.match(page('index.html'), new RegExp(`href="${link}"`));
    assert.match(page('index.html'), /Reward model[\s\S]*not run yet/);
    assert.match(page('good.html'), /href="other\.html"/);
    assert.match(page('good.html'), /href="good\.ipynb"/);
  });

  it('says that a folder without notebooks has none, and writes no book', () => {
    mkdirSync(join(folder, 'empty'));
    const { status, stderr } = workbook('run', 'empty', '--out', 'nothing');
    assert.equal(status, 1);
    assert.match(stderr, /^Cannot run "empty": the folder has no notebooks$/m);
    assert.ok(!existsSync(join(folder, 'nothing')));
  });

  it('--exercises leaves a notebook to work in, once; running it goes on past what is not written yet', () => {
    const nbgrader = {
      schema_version: 3,
      grade: false,
      locked: false,
      solution: true,
      grade_id: 'ex-one',
    } as const;
    const solution = 'function one(): number {\n  // BEGIN SOLUTION\n  return 10 - 9;\n  // END SOLUTION\n}';
    const parts = fromPercent(
      `// %%\n${solution}\n\n// %%\nif (one() !== 1) throw new Error('wrong');\n\n// %%\n'the end'\n`,
    );
    const [answer, test, end] = parts.cells;
    const path = join(folder, 'task.ipynb');
    const marks = {
      ...nbgrader,
      grade: true,
      locked: true,
      solution: false,
      grade_id: 'test-one',
      points: 1,
    };
    writeNotebook(path, {
      ...parts,
      cells: [{ ...answer!, metadata: { nbgrader } }, { ...test!, metadata: { nbgrader: marks } }, end!],
    });
    const first = workbook('run', path, '--exercises', '--out', 'tasks');
    const copy = join(folder, 'tasks', 'exercises', 'task.ipynb');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /exercises\/task\.ipynb\nOpen a notebook/);
    assert.match(readFileSync(copy, 'utf8'), /YOUR CODE HERE/);
    assert.doesNotMatch(readFileSync(copy, 'utf8'), /10 - 9/);

    const ran = workbook('run', copy, '--out', 'tasks');
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /^task: FAILED: not written yet: test-one$/m);
    assert.match(readFileSync(join(folder, 'tasks', 'task.ipynb'), 'utf8'), /'the end'/);
    assert.match(readFileSync(join(folder, 'tasks', 'task.html'), 'utf8'), /href="exercises\/task\.ipynb"/);

    writeFileSync(copy, readFileSync(copy, 'utf8').replace('// YOUR CODE HERE', '// mine'));
    assert.match(workbook('run', path, '--exercises', '--out', 'tasks').stdout, /it was there already/);
    assert.match(readFileSync(copy, 'utf8'), /mine/);
  });

  it('when interrupted, writes what it has and exits with 130', { timeout: 60_000 }, async () => {
    const begun = "require('node:fs').writeFileSync('begun', ''); await new Promise(() => {})";
    const endless = notebook('endless', "console.log('kept')", begun);
    const child = spawn(process.execPath, [cli, 'run', endless, '--out', 'stopped'], {
      cwd: folder,
      stdio: 'ignore',
    });
    while (!existsSync(join(folder, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(status, 130);
    assert.match(readFileSync(join(folder, 'stopped', 'endless.ipynb'), 'utf8'), /kept[\s\S]*interrupted/);
  });
});

describe('workbook convert', () => {
  it('turns a notebook into a TypeScript file and back', () => {
    const path = notebook('there', 'const x: number = 1;');
    assert.equal(workbook('convert', path, 'there.ts').status, 0);
    assert.equal(workbook('convert', 'there.ts', 'back.ipynb').status, 0);
    assert.deepEqual(readNotebook(join(folder, 'back.ipynb')), readNotebook(path));
  });
});
