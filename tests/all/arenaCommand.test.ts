import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { generateBatch } from '../../src/model/generate.js';
import { disposeParams } from '../../src/model/params.js';
import { readAnswers } from '../../src/serve/arena/answersFile.js';
import { saveTinyModel, type TinyModel, textAlone, tinyModel } from '../serve/tinyModel.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'arena-cli-'));
const env = { ...process.env, WORKBOOK_BACKEND: 'wasm', WORKBOOK_HOME: folder };
let model: TinyModel;

before(async () => {
  await selectBackend({ name: 'wasm' });
  model = tinyModel();
  saveTinyModel(folder, model);
  writeFileSync(join(folder, 'asked.txt'), 'Hello\n\nWho?\nHello\n');
});
after(() => {
  disposeParams(model.params);
  rmSync(folder, { recursive: true });
});

function arena(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'arena', ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('models answer as they would alone, a person votes, and the votes are rated', {
  timeout: 120_000,
}, async () => {
  const asking = ['--prompts', 'asked.txt', '--tokens', '8', '--temperature', '0', '--to', 'a.jsonl'];
  assert.deepEqual(arena('answers', 'tiny', 'mute', ...asking).status, 0);
  const answers = readAnswers(join(folder, 'a.jsonl'));
  assert.deepEqual(
    answers.map(({ prompt }) => prompt),
    ['Hello', 'Who?'],
  );
  for (const { prompt, answers: given } of answers) {
    const expected = textAlone(model, prompt, { maxTokens: 8, seed: 1, temperature: 0 });
    assert.equal(given.tiny, expected.trim());
    const ids = [model.tokenizer.encode(prompt)];
    const drawing = { maxTokens: 8, temperature: 0, random: createRandom(1) };
    const [going] = generateBatch(model.params, ids, drawing);
    assert.equal(given.mute, model.tokenizer.decode(going!.ids).trim());
  }
  assert.match(arena('answers', 'tiny', 'mute', ...asking).stderr, /it is there; --overwrite replaces it/);

  assert.match(arena('rate', 'a.jsonl').stderr, /nobody has voted on a.jsonl yet/);
  const voting = spawn(process.execPath, [cli, 'arena', 'vote', 'a.jsonl', '--port', '0'], {
    cwd: folder,
    env,
  });
  const [said] = (await once(voting.stdout, 'data')) as [Buffer];
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said.toString())!;
  const post = async (path: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string; one: string };
  };
  for (let nth = 0; nth < 6; nth++) {
    const { id, one } = await post('/ballots', {});
    const isTiny = answers.some(({ answers: given }) => given.tiny === one);
    await post('/votes', { id, winner: isTiny ? 'one' : 'other' });
  }
  voting.kill('SIGTERM');
  assert.deepEqual(await once(voting, 'close'), [0, null]);
  assert.ok(!existsSync(join(folder, 'a.jsonl.votes.sqlite.owner')));

  const { stdout } = arena('rate', 'a.jsonl');
  assert.match(
    stdout,
    /^6 votes\n\nrating +low +high +votes +model\n +\d+ +\d+ +\d+ +6 +tiny\n +\d+ +\d+ +\d+ +6 +mute\n$/,
  );
  assert.match(arena('rate', 'a.jsonl', '--style').stdout, /\nlength: -?\d/);
  writeFileSync(
    join(folder, 'a.jsonl'),
    readFileSync(join(folder, 'a.jsonl'), 'utf8').replaceAll('Hello', 'Hullo').replaceAll('Who?', 'Whom?'),
  );
  assert.match(arena('rate', 'a.jsonl', '--style').stderr, /a.jsonl has no longer the answers to "/);
});

it('refuses a single model, the same one twice, and files that are not there', () => {
  assert.match(arena('answers', 'tiny').stderr, /expected two models or more, got 1/);
  assert.match(arena('answers', 'tiny', './tiny').stderr, /models of different names, got tiny twice/);
  assert.match(arena('answers', 'tiny', 'mute', '--prompts', 'none').stderr, /Cannot read none/);
  assert.match(arena('vote', 'none').stderr, /Cannot read none/);
  assert.match(arena('rate').stderr, /expected one file of answers/);
  assert.match(arena('votes').stderr, /did you mean vote\?/);
});
