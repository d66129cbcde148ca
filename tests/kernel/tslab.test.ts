import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runNotebook } from '../../dist/workbook/run.js';
import { readNotebook, typescriptMetadata } from '../../src/workbook/notebook.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Stock tslab without Jupyter: each line of output is a cell's value, or its failure. */
const stock = `
const { createConverter } = require('${join(root, 'node_modules/tslab/dist/converter')}');
const { createExecutor } = require('${join(root, 'node_modules/tslab/dist/executor')}');
const converter = createConverter({ isJS: false });
const say = (...words) => process.stdout.write(words.join(' ') + '\\n');
const executor = createExecutor(process.cwd(), { node: converter, browser: converter, close() {} }, { log: say, error: (...e) => say('failed:', ...e) });
(async () => {
  for (const cell of JSON.parse(process.argv[1])) await executor.execute(cell);
  process.exit();
})();`;

it('the helper library works in a notebook on stock tslab', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stock-tslab-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'llm-workbook'));
  const cells = [
    "import { lossPlot, readCorpus, show, trainBpe } from 'llm-workbook';",
    "const tokenizer = trainBpe(['aaabdaaabac'], { vocabSize: 258 });",
    "tokenizer.encode('aaab').length",
    "readCorpus('moby-dick').length",
    'show(lossPlot([{ step: 1, loss: 5.5 }]));',
  ];
  const { stdout } = spawnSync(process.execPath, ['-e', stock, JSON.stringify(cells)], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.deepEqual(stdout.trim().split('\n'), ['3', '138', 'Figure: Loss while training (1 scatter)']);
});

it('a notebook written for stock tslab runs unchanged in ours', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'for-tslab-'));
  writeFileSync(join(folder, 'helper.ts'), 'export const twice = (n: number): number => 2 * n;');
  const cells = [
    "import * as fs from 'fs';\nimport { display, newDisplay } from 'tslab';\nimport { twice } from './helper';",
    'let x: number = twice(2);\nx',
    'let x: string = String(fs.existsSync("helper.ts"));\nx',
    'const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));\nawait sleep(1);',
    'display.html("<b>bold</b>");\nconst place = newDisplay();\nplace.text("one");\nplace.text("two");',
    'class Point { constructor(public readonly x: number) {} }\nexport const p = new Point(7);\np.x',
  ];
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: typescriptMetadata,
    cells: cells.map((source, n) => ({
      cell_type: 'code',
      id: `c${n}`,
      metadata: {},
      source,
      execution_count: null,
      outputs: [],
    })),
  };
  const path = join(folder, 'old.ipynb');
  writeFileSync(path, JSON.stringify(notebook));
  for await (const event of runNotebook(readNotebook(path), { folder })) {
    if (event.type !== 'end') continue;
    assert.equal(event.result.problem, undefined);
    const shown = event.notebook.cells.map((cell) =>
      cell.cell_type === 'code'
        ? cell.outputs.map((output) => ('data' in output ? Object.values(output.data)[0] : output))
        : [],
    );
    assert.deepEqual(shown, [[], ['4'], ["'true'"], [], ['<b>bold</b>', 'two'], ['7']]);
  }
});
