import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ArtifactRecipe, artifact, artifactFolder, keepArtifact } from '../../src/artifacts/artifact.js';
import { chatModel } from '../../src/artifacts/chatModel.js';
import { workbookHome } from '../../src/artifacts/home.js';
import { baseModel, keepBaseModel, tokenizerFor } from '../../src/artifacts/pretrained.js';
import { selectBackend } from '../../src/backend/select.js';
import { reply } from '../../src/chat/reply.js';
import { createRandom } from '../../src/core/random.js';
import { disposeParams, namedParams } from '../../src/model/params.js';

before(() => selectBackend()); // plain JavaScript would take a minute for each model
const home = mkdtempSync(join(tmpdir(), 'artifacts-'));
after(() => rmSync(home, { recursive: true }));

/** Counts how often it is made. */
function recipe(parameters: object = {}): ArtifactRecipe<string> & { readonly made: () => number } {
  let count = 0;
  return {
    name: 'note',
    parameters: { ...parameters },
    make: async (folder) => {
      count++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(join(folder, 'note.txt'), 'whale');
    },
    read: (folder) => readFileSync(join(folder, 'note.txt'), 'utf8'),
    made: () => count,
  };
}

describe('artifact()', () => {
  it('is made once, also when it is asked for twice at once, and read ever after', async () => {
    const note = recipe({ of: 'once' });
    assert.deepEqual(await Promise.all([artifact(note, { home }), artifact(note, { home })]), [
      'whale',
      'whale',
    ]);
    assert.equal(await artifact(note, { home }), 'whale');
    assert.equal(note.made(), 1);
  });

  it('is another where a parameter is another, and the same in whatever order they are written', () => {
    const folder = (parameters: object) =>
      artifactFolder({ name: 'x', parameters: { ...parameters } }, { home });
    assert.equal(folder({ a: 1, b: { c: 2, d: 3 } }), folder({ b: { d: 3, c: 2 }, a: 1 }));
    const keys = [{}, { a: 1 }, { a: '1' }, { a: [1] }, { a: { b: 1 } }, { b: 1 }].map(folder);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('that fails leaves nothing that looks like it, and the next attempt finds what the first left', async () => {
    const seen: string[][] = [];
    const stubborn: ArtifactRecipe<string> = {
      name: 'stubborn',
      parameters: {},
      make: (folder) => {
        seen.push(readdirSync(folder));
        writeFileSync(join(folder, 'half'), '');
        if (seen.length === 1) throw new Error('no more power');
      },
      read: (folder) => readdirSync(folder).join(),
    };
    await assert.rejects(artifact(stubborn, { home }), /no more power/);
    assert.ok(!existsSync(artifactFolder(stubborn, { home })));
    assert.equal(await artifact(stubborn, { home }), 'half');
    assert.deepEqual(seen, [[], ['half']]);
  });

  it('goes on in the folder of a process that was killed, and leaves that of one that lives alone', async () => {
    const note = recipe({ of: 'killed' });
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    const host = hostname().replace(/[^\w-]/g, '');
    const part = (pid: number) => `${artifactFolder(note, { home })}.${host}-${pid}.part`;
    for (const pid of [child.pid!, process.ppid]) {
      mkdirSync(part(pid), { recursive: true });
      writeFileSync(join(part(pid), `left-by-${pid}`), '');
    }
    await artifact(note, { home });
    assert.deepEqual(
      readdirSync(artifactFolder(note, { home })).sort(),
      [`left-by-${child.pid}`, 'note.txt'].sort(),
    );
    assert.ok(existsSync(part(process.ppid)));
  });

  it('says what to delete when it cannot be read, and what to set when it cannot be kept', async () => {
    const note = recipe({ of: 'damage' });
    await artifact(note, { home });
    rmSync(join(artifactFolder(note, { home }), 'note.txt'));
    await assert.rejects(
      artifact(note, { home }),
      /^Error: Cannot read note \(delete .*note-[0-9a-f]{12} to make it anew\): ENOENT/,
    );
    const file = join(home, 'file');
    writeFileSync(file, '');
    await assert.rejects(
      artifact(note, { home: file }),
      /^Error: Cannot keep artefacts in .*; name a folder .* WORKBOOK_HOME$/,
    );
  });

  it('that a caller made by other means is kept, unless it is there', async () => {
    const note = recipe({ of: 'kept' });
    for (const text of ['first', 'second'])
      await keepArtifact(note, (folder) => writeFileSync(join(folder, 'note.txt'), text), { home });
    assert.equal(await artifact(note, { home }), 'first');
    assert.equal(note.made(), 0);
  });
});

describe('workbookHome()', () => {
  it('lies in the project of the caller, never in node_modules, unless WORKBOOK_HOME says where', () => {
    const project = join(home, 'project');
    const installed = join(project, 'node_modules', 'llm-workbook');
    const deep = join(project, 'deep', 'own');
    for (const folder of [installed, deep]) mkdirSync(folder, { recursive: true });
    for (const folder of [project, installed]) writeFileSync(join(folder, 'package.json'), '{}');
    for (const folder of [project, deep, installed, join(installed, 'notebooks')])
      assert.equal(workbookHome(folder, {}), join(project, '.workbook'));
    assert.equal(workbookHome(deep, { WORKBOOK_HOME: '../models' }), join(project, 'deep', 'models'));
  });
});

describe('baseModel()', () => {
  it('is trained once, with the tokenizer of its size; a second call gives the same weights', async () => {
    const first = await baseModel('smoke', { home });
    const again = await baseModel('smoke', { home });
    assert.equal(first.params.config.vocabSize, (await tokenizerFor('smoke', { home })).vocabSize);
    const weights = ({ params }: typeof first) =>
      [...namedParams(params).values()].map((one) => one.dataSync());
    assert.deepEqual(weights(again), weights(first));
    await keepBaseModel('smoke', first, { home });
    assert.equal(
      readdirSync(join(home, 'artifacts')).filter((name) => name.startsWith('base-model-smoke')).length,
      1,
    );
    disposeParams(first.params);
    disposeParams(again.params);
  });
});

describe('training that is killed on the way', () => {
  const kinds = { 'base-model': baseModel, 'chat-model': chatModel } as const;
  const broken = join(home, 'broken');
  for (const [kind, make] of Object.entries(kinds))
    it(`goes on at its last checkpoint to the very weights of an undisturbed run (${kind})`, {
      timeout: 120_000,
    }, async () => {
      const module = new URL('../../dist/index.js', import.meta.url).href;
      const script = `const { ${make.name}, selectBackend } = await import('${module}'); await selectBackend(); await ${make.name}('smoke', { home: process.argv[1] });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, broken], {
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const files = () =>
        existsSync(broken) ? readdirSync(broken, { recursive: true, encoding: 'utf8' }) : [];
      const checkpoint = new RegExp(`${kind}.*\\.part.*model\\.safetensors$`);
      while (!files().some((file) => checkpoint.test(file)) && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill('SIGKILL');
      await ended;
      const done = new RegExp(`${kind}-smoke-[0-9a-f]{12}$`);
      assert.ok(!files().some((file) => done.test(file)), 'it was killed in time');
      const models = [await make('smoke', { home: broken }), await make('smoke', { home })];
      const [resumed, undisturbed] = models.map(({ params }) =>
        [...namedParams(params).values()].map((one) => one.dataSync()),
      );
      assert.deepEqual(resumed, undisturbed);
      for (const { params } of models) disposeParams(params);
    });
});

describe('chatModel()', () => {
  it('answers in turns, with the special tokens of its template behind the base model’s ids', async () => {
    const model = await chatModel('smoke', { home });
    const base = await tokenizerFor('smoke', { home });
    const { specialTokens } = model.tokenizer;
    for (const name of model.template.specialTokens) assert.ok(specialTokens.get(name)! >= base.vocabSize);
    assert.deepEqual(model.tokenizer.encode('the whale'), base.encode('the whale'));
    const random = createRandom(1);
    const answer = await reply(model, [{ role: 'user', content: 'Who are you?' }], { random, maxTokens: 4 });
    assert.equal(answer.message.role, 'assistant');
    disposeParams(model.params);
  });
});
