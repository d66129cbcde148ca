import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '../../src/backend/select.js';
import { jinjaTemplate } from '../../src/chat/jinja.js';
import { chatMl } from '../../src/chat/template.js';
import { createRandom } from '../../src/core/random.js';
import { loadModel } from '../../src/model/files/loadModel.js';
import { createParams, disposeParams } from '../../src/model/params.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { saveTokenizer } from '../../src/tokenizer/files/bpeFile.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { numbersOf } from '../model/files/drawnModel.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'export-'));
after(() => rmSync(folder, { recursive: true }));
const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, WORKBOOK_HOME: folder } } as const;
const workbook = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], options);
const refused = (args: string[], message: RegExp) => {
  const { status, stderr } = workbook(...args);
  assert.deepEqual([status, message.test(stderr)], [1, true], stderr);
  assert.ok(!stderr.includes('    at '), stderr);
};
const load = (name: string) => {
  const { params, ...rest } = loadModel(join(folder, name));
  const numbers = numbersOf(params);
  disposeParams(params);
  return { ...rest, numbers };
};

before(async () => {
  await selectBackend({ name: 'cpu' });
  const config = { vocabSize: 257, blockSize: 32, nLayer: 1, nHead: 2, nEmbd: 32 };
  const params = createParams(config, createRandom(1));
  saveCheckpoint(join(folder, 'run', 'model.safetensors'), { params });
  saveTokenizer(join(folder, 'run', 'tokenizer.json'), byteTokenizer());
  disposeParams(params);
});

it('a run becomes a GGUF file and a Hugging Face folder with its numbers, which generate goes on from', () => {
  const { numbers } = load('run');
  for (const to of ['a.gguf', 'folder']) {
    const { status, stdout, stderr } = workbook('export', 'run', '--to', to);
    assert.deepEqual([status, stdout], [0, `${to}\n`], stderr);
    const loaded = load(to);
    assert.deepEqual(loaded.numbers, numbers);
    assert.deepEqual([loaded.startIds, loaded.stopIds], [[256], [256]]);
  }
  const text = (...args: string[]) => {
    const { status, stdout, stderr } = workbook('generate', '--tokens', '12', '--prompt', 'The', ...args);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const expected = text('--model', 'run');
  assert.equal(text('--model', 'a.gguf'), expected);
  assert.equal(text('--model', 'folder'), expected);
  assert.equal(workbook('export', 'run', '--to', 'a.gguf', '--type', 'Q8_0', '--overwrite').status, 0);
  const greedy = ['--model', 'a.gguf', '--temperature', '0'];
  assert.equal(text(...greedy, '--packed'), text(...greedy));
});

it('an imported model is known by its name, and keeps its numbers and its template', () => {
  workbook('export', 'run', '--to', 'a.gguf', '--overwrite');
  const text = (model: string) => workbook('generate', '--tokens', '12', '--model', model).stdout;
  for (const [path, name] of [
    ['a.gguf', 'whale'],
    ['run', 'run-2'],
  ] as const) {
    const { status, stderr } = workbook('import', path, '--as', name);
    assert.equal(status, 0, stderr);
    assert.equal(text(name), text(path));
    assert.match(workbook('model', 'list').stdout, new RegExp(`imported/${name}`));
  }
  refused(['import', 'a.gguf', '--as', 'whale'], /it is there; --overwrite replaces it/);
  refused(['import', 'a.gguf', '--as', '../up'], /"\.\.\/up": expected letters/);
  refused(['import', 'a.gguf', '--as', 'chat'], /not base or chat/);
  refused(['import', 'never.gguf'], /never\.gguf/);
  assert.ok(!existsSync(join(folder, 'models', 'imported', 'never')));
});

it('the assistant of a size keeps its notation, as a template that writes what ours writes', () => {
  const { status, stderr } = workbook('export', 'chat', '--size', 'smoke', '--to', 'chat.gguf');
  assert.equal(status, 0, stderr);
  const { tokenizer, chatTemplate, startIds, stopIds } = load('chat.gguf');
  const names = [...tokenizer.specialTokens];
  assert.deepEqual(startIds, []);
  assert.deepEqual(
    stopIds.map((id) => names.find(([, other]) => other === id)?.[0]),
    ['<|im_end|>', '<|endoftext|>'],
  );
  const marks = { specialTokens: names.map(([name]) => name), endOfTurn: '<|im_end|>' };
  const template = jinjaTemplate(chatTemplate!, marks);
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: ' Hi\n' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Why?' },
  ] as const;
  const [own, theirs] = [chatMl, template].map((one) =>
    one
      .segments(messages, { reply: true })
      .map(({ text }) => text)
      .join(''),
  );
  assert.equal(theirs, own);
});

it('refuses in one sentence what it cannot do, and leaves what is there', () => {
  refused(['export', '--to', 'b.gguf'], /expected one model/);
  refused(['export', 'run'], /say where to with --to/);
  refused(['export', 'run', '--to', 'run'], /run: it is there; --overwrite replaces it/);
  refused(['export', 'run', '--to', 'b.gguf', '--type', 'Q4_0'], /--type F32, F16, BF16, Q8_0, got Q4_0/);
  refused(['export', 'run', '--to', 'b', '--type', 'Q8_0'], /F32, F16 or BF16 in a Hugging Face folder/);
  refused(['export', 'never', '--to', 'b.gguf'], /never/);
  refused(['generate', '--model', 'run', '--packed'], /run packed: expected a \.gguf file/);
  assert.deepEqual(
    ['b', 'b.gguf'].filter((name) => existsSync(join(folder, name))),
    [],
  );
});
