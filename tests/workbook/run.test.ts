import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type RunOptions, type RunResult, runNotebook } from '../../dist/workbook/run.js';
import { type CodeCell, type Notebook, parseNotebook } from '../../src/workbook/notebook.js';

type Source = string | readonly [source: string, ...tags: string[]];

/** A notebook of code cells, with outputs of a run long ago that must not survive. */
function notebookOf(sources: readonly Source[], metadata: Notebook['metadata'] = {}): Notebook {
  const stale = [{ output_type: 'stream' as const, name: 'stdout' as const, text: 'stale' }];
  const cells = sources.map((entry, index): CodeCell => {
    const [source, ...tags] = typeof entry === 'string' ? [entry] : entry;
    return {
      cell_type: 'code',
      id: `c${index}`,
      metadata: { tags },
      source: source!,
      execution_count: 99,
      outputs: stale,
    };
  });
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

async function run(
  sources: readonly Source[],
  config: Partial<RunOptions> = {},
  metadata: Notebook['metadata'] = {},
): Promise<{ cells: CodeCell[]; result: RunResult }> {
  const folder = config.folder ?? mkdtempSync(join(tmpdir(), 'run-'));
  for await (const event of runNotebook(notebookOf(sources, metadata), { folder, ...config })) {
    if (event.type === 'end') return { cells: event.notebook.cells as CodeCell[], result: event.result };
  }
  throw new Error('the run gave no result');
}

const textOf = (cell: CodeCell | undefined) =>
  cell?.outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('') ?? '';
const errorOf = (cell: CodeCell | undefined) => {
  const error = cell?.outputs.find((output) => output.output_type === 'error');
  return error?.output_type === 'error' ? error : undefined;
};

describe('runNotebook(): every cell runs, or the run fails', () => {
  it('runs each cell exactly once and in order: each leaves its own mark in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-'));
    const mark = (n: number) => `require('node:fs').appendFileSync('marks', '${n} ')`;
    const { cells, result } = await run([1, 2, 3, 4, 5].map(mark), { folder });
    assert.equal(readFileSync(join(folder, 'marks'), 'utf8'), '1 2 3 4 5 ');
    assert.deepEqual(
      cells.map(({ execution_count }) => execution_count),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual([result.ok, result.cellsRun, result.cellsNotRun], [true, 5, 0]);
  });

  it('runs the cell right after an expected error (stock tslab drops it and says nothing)', async () => {
    const { cells, result } = await run([
      ['throw new Error("expected")', 'raises-exception'],
      'throw new Error("TEST FAILED")',
    ]);
    assert.equal(errorOf(cells[0])?.evalue, 'expected');
    assert.equal(errorOf(cells[1])?.evalue, 'TEST FAILED');
    assert.equal(result.ok, false);
  });

  it('stops at a failing cell, names it with line and column, and leaves the rest visibly not run', async () => {
    const { cells, result } = await run(['console.log("kept")', '\n  nope()', 'console.log("never")']);
    assert.match(result.problem ?? '', /^cell 2, line 2, column 3: ReferenceError: nope is not defined$/);
    assert.deepEqual([result.ok, result.cellsRun, result.cellsNotRun], [false, 2, 1]);
    assert.equal(textOf(cells[0]), 'kept\n');
    assert.deepEqual([cells[2]?.execution_count, cells[2]?.outputs], [null, []]);
  });

  it('honours skip-execution, and allow_errors and timeout of the notebook', async () => {
    const skipped = await run([['throw 1', 'skip-execution'], '1']);
    assert.deepEqual([skipped.result.ok, skipped.cells[0]?.execution_count], [true, null]);
    const allowed = await run(['throw 1', '2'], {}, { execution: { allow_errors: true } });
    assert.deepEqual([allowed.result.ok, allowed.result.cellsRun], [true, 2]);
    const timed = await run(['for (;;);'], {}, { execution: { timeout: 0.3 } });
    assert.match(timed.result.problem ?? '', /time limit of 0.3 s/);
  });

  it('fails for a promise that nobody awaited, a late timer, and one after the last cell', async () => {
    assert.match(
      (await run(['Promise.reject(new Error("lost")); 1'])).result.problem ?? '',
      /cell 1, .*lost/,
    );
    const late = 'setTimeout(() => { throw new Error("late") }, 1)';
    const pause = 'await new Promise((resolve) => setTimeout(resolve, 50))';
    assert.match((await run([late, pause])).result.problem ?? '', /cell 1, .*late/);
    assert.match(
      (await run(['setImmediate(() => setImmediate(() => { throw new Error("after") }))'])).result.problem ??
        '',
      /after/,
    );
    const last = 'setTimeout(() => { throw new Error("after a while") }, 80)';
    assert.match(
      (await run(['const process = 1;', last])).result.problem ?? '',
      /after the last cell: .*after a while/,
    );
    assert.equal((await run(['setInterval(() => {}, 5); 1'])).result.problem, undefined);
  });
});

describe('runNotebook(): cells that misbehave', () => {
  it('stops a cell that never ends, in a loop or waiting, and keeps what came before', async () => {
    for (const endless of ['for (;;);', 'await new Promise(() => {})', 'await null; while (true);']) {
      const { cells, result } = await run(
        ['console.log("before")', `console.log("begun"); ${endless}`, '1'],
        { cellSeconds: 0.5 },
      );
      assert.match(
        result.problem ?? '',
        /^cell 2: TimeLimit: this cell ran longer than its time limit of 0.5 s/,
        endless,
      );
      assert.deepEqual([textOf(cells[0]), textOf(cells[1])], ['before\n', 'begun\n']);
      assert.equal(result.cellsNotRun, 2);
    }
  });

  it('stops a notebook that takes too long in all', async () => {
    const { result } = await run(['1', 'await new Promise(() => {})'], {
      totalSeconds: 0.5,
      cellSeconds: 60,
    });
    assert.match(result.problem ?? '', /the notebook reached its time limit/);
  });

  it('reports a cell that exits, is killed or runs out of memory', async () => {
    assert.match(
      (await run(['process.exit(0)', '1'])).result.problem ?? '',
      /cell 1: ProcessEnded: the process exited with status 0/,
    );
    assert.match(
      (await run(['process.kill(process.pid, "SIGKILL")'])).result.problem ?? '',
      /ended by SIGKILL/,
    );
  });

  it('shows what programs started by a cell print', async () => {
    const { cells } = await run([
      "require('node:child_process').execSync('echo from a shell', { stdio: 'inherit' });",
      'await new Promise((resolve) => setTimeout(resolve, 100))',
    ]);
    assert.match(cells.map(textOf).join(''), /from a shell/);
  });

  it('ends at once when interrupted, and says so', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 600);
    const { result } = await run(['await new Promise(() => {})'], { signal: interrupt.signal });
    assert.match(result.problem ?? '', /interrupted/);
  });
});

describe('runNotebook(): outputs and parameters', () => {
  it('drops the outputs of earlier runs and merges what one cell prints', async () => {
    const { cells } = await run(['console.log(1); console.log(2);']);
    assert.deepEqual(cells[0]?.outputs, [{ output_type: 'stream', name: 'stdout', text: '1\n2\n' }]);
  });

  it('gives parameters to the notebook as papermill does', async () => {
    const cells: Source[] = [['let size = "nano"; let steps = 1;', 'parameters'], '[size, steps]'];
    const {
      cells: [, injected, shown],
    } = await run(cells, { parameters: { size: 'smoke', steps: 7 } });
    assert.deepEqual(injected?.metadata.tags, ['injected-parameters']);
    const result = shown?.outputs[0];
    assert.equal(result?.output_type === 'execute_result' && result.data['text/plain'], "[ 'smoke', 7 ]");
  });

  it('puts an update of a display in its first place, from a later cell too', async () => {
    const { cells } = await run([
      "import { newDisplay } from 'tslab';\nconst place = newDisplay();\nplace.text('one');",
      "place.text('two')",
    ]);
    const shown = cells[0]?.outputs.map(
      (output) => output.output_type === 'display_data' && output.data['text/plain'],
    );
    assert.deepEqual(shown, ['two']);
    assert.deepEqual(cells[1]?.outputs, []);
  });

  it('runs cells in the folder of the notebook', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-'));
    writeFileSync(join(folder, 'near.ts'), 'export const near: string = "here";');
    const { result } = await run(["import { near } from './near';\nif (near !== 'here') throw near;"], {
      folder,
    });
    assert.equal(result.ok, true, result.problem);
  });
});

describe('readNotebook(): what is not a notebook', () => {
  const wrong: [title: string, text: string, message: RegExp][] = [
    ['text that is not JSON', 'not json', /Cannot read notebook x\.ipynb: it is not JSON/],
    ['another format', '{"nbformat": 3}', /expected nbformat 4, got 3/],
    ['no cells', '{"nbformat": 4}', /expected a list of cells, got undefined/],
    [
      'a cell of no known kind',
      '{"nbformat":4,"cells":[{"cell_type":"code","source":""},{"cell_type":"sql","source":""}]}',
      /cell 2: expected code, markdown or raw, got "sql"/,
    ],
    [
      'a cell without text',
      '{"nbformat":4,"cells":[{"cell_type":"code","source":7}]}',
      /cell 1: expected text as source, got number/,
    ],
  ];
  for (const [title, text, message] of wrong) {
    it(`names file, cell and what was expected: ${title}`, () =>
      assert.throws(() => parseNotebook(text, 'x.ipynb'), message));
  }
});
