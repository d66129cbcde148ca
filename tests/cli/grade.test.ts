import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNotebook, writeNotebook } from '../../src/workbook/notebook.js';
import { sourceOf, withAnswers } from '../workbook/grading/notebooks.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cli-grade-'));
const source = sourceOf([
  { name: 'one', solution: 'const one = () => 1;', test: "assert.equal(one(), 1, 'one is wanted');" },
  { name: 'two', solution: 'const two = () => 2;', test: 'assert.equal(two(), 2);' },
]);
writeNotebook(join(folder, 'source.ipynb'), source);

function workbook(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

describe('workbook assign', () => {
  it('writes a student copy, and never over a file that a student may have changed', () => {
    const first = workbook(['assign', 'source.ipynb']);
    assert.equal(first.status, 0, first.stderr);
    const target = join(folder, 'student', 'source.ipynb');
    assert.match(readNotebook(target).cells[1]!.source, /^\/\/ YOUR CODE HERE/);
    writeFileSync(target, 'mine');
    const second = workbook(['assign', 'source.ipynb']);
    assert.equal(second.status, 1);
    assert.match(second.stderr, /it exists, and a student may have changed it; --force writes over it/);
    assert.equal(readFileSync(target, 'utf8'), 'mine');
    assert.equal(workbook(['assign', 'source.ipynb', '--force']).status, 0);
    assert.equal(workbook(['assign', 'source.ipynb', '--out', '.', '--force']).status, 1);
  });
});

describe('workbook grade', () => {
  for (const [name, notebook] of [
    ['ann', source],
    ['bob', withAnswers(source, { one: 'const one = () => 3;' })],
  ] as const) {
    mkdirSync(join(folder, name));
    writeNotebook(join(folder, name, 'ex.ipynb'), notebook);
  }
  mkdirSync(join(folder, 'cy'));
  writeFileSync(join(folder, 'cy', 'ex.ipynb'), '{"cells": [');

  it('prints a table, writes the results of all, a damaged file included, and exits with 1', () => {
    const page = join(folder, 'page.md');
    const args = ['grade', 'ann/ex.ipynb', 'bob/ex.ipynb', 'cy/ex.ipynb', '--source', 'source.ipynb'];
    const { status, stdout, stderr } = workbook(args, { GITHUB_STEP_SUMMARY: page });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^ann-ex: 4 of 4 points\n {2}test-one +2\/2 +passed\n/m);
    assert.match(
      stdout,
      /^bob-ex: 2 of 4 points\n {2}test-one +0\/2 +failed\n +one is wanted.*\n {2}test-two +2\/2 +passed\n/m,
    );
    assert.match(stdout, /^cy-ex: 0 of 4 points[\s\S]*it is not JSON/m);
    assert.match(
      readFileSync(join(folder, 'grades', 'grades.csv'), 'utf8'),
      /^ann-ex,4,4,2,2,\nbob-ex,2,4,0,2,\ncy-ex,0,4,0,0,.*not JSON/m,
    );
    for (const file of ['results.json', 'junit.xml', 'summary.md'])
      assert.ok(existsSync(join(folder, 'grades', 'bob-ex', file)));
    assert.match(readFileSync(page, 'utf8'), /### ann-ex: 4 of 4 points[\s\S]*### bob-ex: 2 of 4 points/);
  });

  it('exits with 0 if all passed, or if each has the points that are asked for', () => {
    assert.equal(workbook(['grade', 'ann/ex.ipynb', '--source', 'source.ipynb']).status, 0);
    assert.equal(
      workbook(['grade', 'bob/ex.ipynb', '--source', 'source.ipynb', '--min-points', '2']).status,
      0,
    );
    assert.equal(
      workbook(['grade', 'bob/ex.ipynb', '--source', 'source.ipynb', '--min-points', '3']).status,
      1,
    );
  });

  it('lets no message of a submission command a terminal or a GitHub job', () => {
    const path = join(folder, 'commands.ipynb');
    const text = JSON.stringify('::stop-commands::x ##[error]y \u001b[2J');
    writeNotebook(path, withAnswers(source, { one: `const one = () => { throw new Error(${text}); };` }));
    const { stdout } = workbook(['grade', path, '--source', 'source.ipynb']);
    assert.match(stdout, /^ +: :stop-commands: :x # #\[error\]y {2}\[2J$/m);
  });

  it('nor a name of a file; results stay in their folder, and a file that is no notebook costs itself alone', () => {
    const names = ['a\n::error::forged\n::add-mask::x.ipynb', '...ipynb', 'grades.csv'];
    const place = join(folder, 'odd');
    mkdirSync(place);
    for (const name of names.slice(0, 2)) writeNotebook(join(place, name), source);
    writeFileSync(join(place, 'grades.csv'), 'no notebook');
    const files = names.map((name) => join('odd', name));
    const { stdout } = workbook(['grade', ...files, '--source', 'source.ipynb', '--out', 'odd/out/grades']);
    assert.doesNotMatch(stdout, /^::/m);
    assert.deepEqual(readdirSync(join(place, 'out')), ['grades']);
    assert.equal(statSync(join(place, 'out', 'grades')).mode & 0o077, 0, 'grades are for nobody else');
    const table = readFileSync(join(place, 'out', 'grades', 'grades.csv'), 'utf8');
    assert.match(table, /,4,4,2,2,\nsubmission,4,4,2,2,\ngrades\.csv-2,0,4,0,0,.*not JSON/);
  });

  it('says in one sentence what cannot be used', () => {
    assert.match(workbook(['grade']).stderr, /Cannot grade: no file is named/);
    const absent = workbook(['grade', 'ann/ex.ipynb', 'ann/ey.ipynb', '--out', 'never']);
    assert.match(absent.stderr, /Cannot grade ann\/ey\.ipynb: there is no such file/);
    assert.ok(absent.status === 1 && !existsSync(join(folder, 'never')));
    assert.match(workbook(['grade', 'ann/ex.ipynb', '--jobs', 'many']).stderr, /Cannot use --jobs many/);
    const unknown = workbook(['grade', 'ann/ex.ipynb']);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stdout, /no chapter has these exercises; name one with --source/);
  });

  it('with --watch, grades again when the file is saved', { timeout: 600_000 }, async () => {
    const path = join(folder, 'watched.ipynb');
    writeNotebook(path, withAnswers(source, { one: 'const one = () => 3;' }));
    const child = spawn(process.execPath, [cli, 'grade', path, '--source', 'source.ipynb', '--watch'], {
      cwd: folder,
    });
    let printed = '';
    const until = async (pattern: RegExp) => {
      while (!pattern.test(printed)) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    child.stdout.on('data', (text) => {
      printed += text;
    });
    await until(/watched: 2 of 4 points[\s\S]*Watching/);
    writeNotebook(path, source);
    await until(/watched: 4 of 4 points/);
    child.kill('SIGINT');
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 130);
  });
});

describe('a course', { timeout: 600_000 }, () => {
  const home = join(folder, 'course');
  mkdirSync(home);
  const text = (name: string, content: string) => writeFileSync(join(home, name), content);
  const exam = sourceOf([
    {
      name: 'own',
      solution: 'const own = (n: number) => n + seed;',
      test: "assert.equal(own(1), 1 + seed, 'the seed counts');",
    },
  ]);
  const parameters = {
    ...exam.cells[0]!,
    id: 'p',
    metadata: { tags: ['parameters'] },
    source: 'let seed = 0;',
  };
  const essay = {
    cell_type: 'markdown' as const,
    id: 'essay',
    metadata: {
      nbgrader: {
        schema_version: 3,
        grade: true,
        solution: true,
        locked: false,
        grade_id: 'why',
        points: 3,
      } as const,
    },
    source: 'It is a sum.',
  };
  writeNotebook(join(home, 'exam.ipynb'), { ...exam, cells: [parameters, ...exam.cells, essay] });
  text('students.csv', 'id,name,handed_in\nann,Ann,2026-11-30T10:00Z\nbob,Bob,2026-12-01T10:00Z\ncy,Cy,\n');
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [cli, ...args], {
      cwd: home,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  it('hands out variants, and grades each with its own seed, late work, and written answers', () => {
    const assigned = run(['assign', 'exam.ipynb', '--students', 'students.csv', '--out', 'in']);
    assert.match(
      assigned.stdout,
      /exam\.ipynb: 5 points, 3 copies, each with a seed of its own/,
      assigned.stderr,
    );
    const answers = {
      ann: 'const own = (n: number) => n + seed;',
      bob: 'const own = (n: number) => n + seed;',
    };
    for (const [id, answer] of Object.entries(answers)) {
      const path = join(home, 'in', id, 'exam.ipynb');
      const notebook = readNotebook(path);
      assert.equal(notebook.cells.at(-1)!.source, 'YOUR ANSWER HERE');
      const cells = notebook.cells.map((cell) =>
        cell.id === 'own'
          ? { ...cell, source: answer }
          : cell.id === 'essay'
            ? { ...cell, source: `- ${id}` }
            : cell,
      );
      writeNotebook(path, { ...notebook, cells });
    }
    const seeds = ['ann', 'bob'].map(
      (id) => readNotebook(join(home, 'in', id, 'exam.ipynb')).cells[0]!.source,
    );
    assert.notEqual(seeds[0], seeds[1]);
    text('github', '');
    const args = ['grade', 'in/ann/exam.ipynb', 'in/bob/exam.ipynb', '--source', 'exam.ipynb', '--similar'];
    const course = ['--students', 'students.csv', '--due', '2026-11-30T12:00Z', '--late-loss', '50'];
    const first = run([...args, ...course], { GITHUB_OUTPUT: join(home, 'github') });
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /bob-exam: 1 of 5 points[\s\S]*Handed in 1 day late: 1 off the points\./);
    assert.match(readFileSync(join(home, 'github'), 'utf8'), /^result=[\w+/=]+\n$/);
    const table = () => readFileSync(join(home, 'grades', 'grades.csv'), 'utf8');
    assert.match(table(), /^ann,Ann,,ann-exam,2,5,0,0,2,0,/m);
    assert.match(table(), /^cy,Cy,,,0,.*nothing handed in$/m);
    const written = join(home, 'grades', 'written.csv');
    assert.match(readFileSync(written, 'utf8'), /^ann-exam,why,3,,,"'- ann"$/m);
    writeFileSync(
      written,
      readFileSync(written, 'utf8').replace('ann-exam,why,3,,', 'ann-exam,why,3,3,well said'),
    );
    run([...args, ...course]);
    assert.match(table(), /^ann,Ann,,ann-exam,5,5,0,0,2,3,$/m);
    assert.match(readFileSync(join(home, 'grades', 'ann-exam', 'feedback.html'), 'utf8'), /well said/);
    assert.match(readFileSync(join(home, 'grades', 'similar.csv'), 'utf8'), /^first,second,share/);
  });
});
