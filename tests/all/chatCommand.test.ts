import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chatModel } from '../../src/artifacts/chatModel.js';
import { selectBackend } from '../../src/backend/select.js';
import { completionBatch } from '../../src/chat/examples.js';
import type { ChatMessage } from '../../src/chat/message.js';
import { renderChat } from '../../src/chat/render.js';
import { createRandom } from '../../src/core/random.js';
import { generate } from '../../src/model/generate.js';
import { disposeParams } from '../../src/model/params.js';
import { createAdamW, saveCheckpoint, trainStep } from '../../src/train/index.js';
import { saveTinyModel, type TinyModel, tinyModel } from '../serve/tinyModel.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chat-'));
let model: TinyModel;

before(async () => {
  await selectBackend({ name: 'wasm' });
  model = tinyModel();
  saveTinyModel(folder, model);
});
after(() => {
  disposeParams(model.params);
  rmSync(folder, { recursive: true });
});

/** What a chat says where these lines are piped in. */
async function chat(name: string, lines: readonly string[], ...options: string[]) {
  const env = { ...process.env, WORKBOOK_BACKEND: 'wasm', WORKBOOK_HOME: folder };
  const args = [cli, 'chat', name, '--tokens', '10', '--seed', '7', ...options];
  const child = spawn(process.execPath, args, { cwd: folder, env });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (data) => {
    said += data;
  });
  child.stderr.on('data', (data) => {
    complained += data;
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [status] = await once(child, 'close');
  return { status, said, complained };
}

it('answers as the model does behind all that was said, until /reset', async () => {
  const { status, said, complained } = await chat('tiny', [
    'Hi',
    'And?',
    '/reset',
    '/system Be',
    'Hi',
    '/quit',
    'Hi',
  ]);
  assert.equal(status, 0, complained);
  const random = createRandom(7);
  const { params, tokenizer, template } = model;
  const stopId = tokenizer.specialTokens.get('<|im_end|>')!;
  const answer = (messages: Parameters<typeof renderChat>[0]) => {
    const { ids } = renderChat(messages, { template, tokenizer, reply: true });
    return tokenizer.decode([...generate(params, ids, { maxTokens: 10, random, stopId })]);
  };
  const hi = { role: 'user', content: 'Hi' } as const;
  const first = answer([hi]);
  const second = answer([hi, { role: 'assistant', content: first }, { role: 'user', content: 'And?' }]);
  const third = answer([{ role: 'system', content: 'Be' }, hi]);
  assert.equal(said, `${first}\n${second}\n${third}\n`);
});

it('says in one sentence what it cannot do, and goes on where it can', async () => {
  const long = await chat('tiny', ['x'.repeat(200), 'Hi', '/dance']);
  assert.equal(long.status, 0);
  assert.match(long.complained, /expected 1 to 128 tokens of prompt, got \d+\. \/reset begins anew/);
  assert.match(long.complained, /Unknown order \/dance: there are \/reset, \/system TEXT and \/quit/);
  assert.equal(long.said.length > 0, true);
  const refused: [string, string[], RegExp][] = [
    ['mute', [], /mute: it has no chat template/],
    ['none', [], /none/],
    ['tiny', ['--tools'], /has no marks for calls/],
  ];
  for (const [name, options, message] of refused) {
    const { status, complained } = await chat(name, ['Hi'], ...options);
    assert.deepEqual([status, message.test(complained)], [1, true], complained);
  }
});

/** Teaches the assistant of a size, where `workbook chat chat` finds it, one answer by heart. */
async function teach(question: ChatMessage, content: ChatMessage['content']): Promise<void> {
  const { params, tokenizer, template } = await chatModel('smoke', { home: folder });
  const ids = (messages: readonly ChatMessage[], reply: boolean) =>
    renderChat(messages, { template, tokenizer, reply }).ids;
  const prompt = ids([question], true);
  const whole = ids([question, { role: 'assistant', content }], false);
  const end = whole.lastIndexOf(tokenizer.specialTokens.get(template.endOfTurn)!) + 1;
  const batch = completionBatch([{ prompt, completion: whole.slice(prompt.length, end) }]);
  const optimizer = createAdamW(params, { weightDecay: 0 });
  let loss = 1;
  for (let step = 0; step < 400 && loss > 0.01; step++) loss = trainStep(params, batch, optimizer, 0.01).loss;
  optimizer.dispose();
  const [name] = readdirSync(join(folder, 'artifacts')).filter((name) => name.startsWith('chat-model-smoke'));
  saveCheckpoint(join(folder, 'artifacts', name!, 'model.safetensors'), { params });
  disposeParams(params);
  assert.ok(loss <= 0.01, `it knows its answer by heart (${loss})`);
}

it('with --tools runs the code that a model calls for, and lets it go on; without, a call is text', async () => {
  await teach({ role: 'user', content: 'What is 47*83?' }, [
    { type: 'text', text: 'Well: ' },
    { type: 'call', tool: 'code', text: '47*83' },
    { type: 'result', text: '3901' },
    { type: 'text', text: 'It is that.' },
  ]);
  const ask = (...options: string[]) =>
    chat('chat', ['What is 47*83?'], '--size', 'smoke', '--tokens', '60', '--temperature', '0', ...options);
  const { status, said, complained } = await ask('--tools');
  assert.deepEqual([status, said], [0, 'Well: \n[code: 47*83 → 3901]\nIt is that.\n'], complained);
  const without = await ask();
  assert.match(without.said, /^Well: <CODE_START>47\*83<CODE_END>/);
  assert.doesNotMatch(without.said, /→/);
});
