import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const dist = (file: string) => JSON.stringify(new URL(`../../dist/${file}`, import.meta.url).href);

/** What both processes begin with; a model of 300 MB, most of it in matrices of 8 MB, as large models have it. */
const start = `
import * as tf from ${JSON.stringify(import.meta.resolve('@tensorflow/tfjs'))};
import { loadCheckpoint, loadModel, namedParams, saveCheckpoint, saveHuggingFace, byteTokenizer, selectBackend } from ${dist('index.js')};
import { paramsFrom } from ${dist('model/params.js')};
await selectBackend({ threads: 1 });
const path = process.argv[1];
const config = { vocabSize: 300, blockSize: 8, nLayer: 11, nHead: 8, nEmbd: 768 };
const tell = (what) => console.log(JSON.stringify({ ...what, most: process.resourceUsage().maxRSS * 1024 }));
`;
const make = `
let value = 0;
const params = paramsFrom(config, (name, shape) => tf.fill([...shape], ++value));
`;
const written = `tell({ count: namedParams(params).size });`;
const sum = `
let total = 0;
for (const variable of namedParams(params).values()) total += variable.dataSync()[0];
tell({ count: namedParams(params).size, total });
`;

describe('a model takes no more memory on its way to the disk and back than its own size and 200 MB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  after(() => rmSync(folder, { recursive: true }));
  const run = (path: string, code: string): { count: number; total: number; most: number } => {
    const args = ['--input-type=module', '-e', `${start}${code}`, path];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  };
  for (const [what, name, save, load] of [
    ['a checkpoint', 'model.safetensors', 'saveCheckpoint(path, { params });', 'loadCheckpoint(path)'],
    [
      'a Hugging Face folder',
      'folder',
      'saveHuggingFace(path, { params, tokenizer: byteTokenizer() });',
      'loadModel(path)',
    ],
  ] as const) {
    it(`as ${what}`, () => {
      const path = join(folder, name);
      const wrote = run(path, `${make}${save}${written}`);
      const file = name === 'folder' ? join(path, 'model.safetensors') : path;
      const limit = statSync(file).size + 200e6;
      assert.ok(statSync(file).size > 300e6);
      assert.ok(wrote.most < limit, `written with ${wrote.most / 1e6} MB, allowed ${limit / 1e6}`);
      const read = run(path, `const { params } = ${load};${sum}`);
      assert.deepEqual([read.count, read.total], [wrote.count, (wrote.count * (wrote.count + 1)) / 2]);
      assert.ok(read.most < limit, `read with ${read.most / 1e6} MB, allowed ${limit / 1e6}`);
    });
  }
});
