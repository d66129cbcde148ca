import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Cell, type CodeCell, readNotebook } from '../../src/workbook/notebook.js';
import { runNotebook } from '../../src/workbook/run.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../notebooks');
const notebook = readNotebook(join(folder, '02-tokenization.ipynb'));

const isCode = (cell: Cell): cell is CodeCell => cell.cell_type === 'code';
const gradedCell = (id: string): CodeCell =>
  notebook.cells.filter(isCode).find(({ metadata }) => metadata.nbgrader?.grade_id === id)!;
const solution = /\/\/ BEGIN SOLUTION[\s\S]*\/\/ END SOLUTION/;

/** Answers of readers that are wrong, each for a reason of its own. */
const wrongAnswers = {
  stub: "throw new Error('Not written yet');",
  'only the first merge': 'return mergePair(word, merges[0] ?? [-1, -1], 256);',
  'latest merge first': `let ids = [...word];
    for (const [n, pair] of [...merges.entries()].reverse()) ids = mergePair(ids, pair, 256 + n);
    return ids;`,
  'the number of the merge as id': `let ids = [...word];
    for (const [n, pair] of merges.entries()) ids = mergePair(ids, pair, n);
    return ids;`,
};

test('chapter 02 runs whole; its exercise takes the solution and refuses the stub and wrong answers', async () => {
  const answer = gradedCell('ex-02-1');
  const check = gradedCell('test-02-1');
  assert.match(answer.source, solution);
  assert.deepEqual([check.metadata.nbgrader?.points, check.metadata.nbgrader?.locked], [2, true]);
  const attempts = Object.entries(wrongAnswers).flatMap(([name, body]): CodeCell[] => [
    { ...answer, id: `answer ${name}`, source: answer.source.replace(solution, body) },
    { ...check, id: name, metadata: { tags: ['raises-exception'] } },
  ]);
  const source = { ...notebook, cells: [...notebook.cells, ...attempts] };
  for await (const event of runNotebook(source, {
    folder,
    parameters: { size: 'smoke' },
    totalSeconds: 60,
  })) {
    if (event.type !== 'end') continue;
    assert.equal(event.result.problem, undefined);
    assert.ok(event.result.ok);
    const failed = event.notebook.cells
      .filter(isCode)
      .filter(({ outputs }) => outputs.some((output) => output.output_type === 'error'));
    assert.deepEqual(
      failed.map(({ id }) => id),
      Object.keys(wrongAnswers),
    );
  }
});
