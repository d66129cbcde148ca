import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chatModel } from '../../src/artifacts/chatModel.js';
import { selectBackend } from '../../src/backend/select.js';
import type { ChatMessage } from '../../src/chat/message.js';
import { renderChat } from '../../src/chat/render.js';
import { createRandom } from '../../src/core/random.js';
import { parameterCount } from '../../src/model/counts.js';
import { loadHuggingFace } from '../../src/model/files/huggingFace/loadHuggingFace.js';
import { saveHuggingFace } from '../../src/model/files/huggingFace/saveHuggingFace.js';
import { readSafetensors } from '../../src/model/files/safetensors.js';
import { generate } from '../../src/model/generate.js';
import { logits } from '../../src/model/gpt.js';
import { disposeParams } from '../../src/model/params.js';
import { saveHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceWrite.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { assertClose } from '../backend/compare.js';
import { configs, drawnParams } from '../model/files/drawnModel.js';
import { mixedText } from '../tokenizer/samples.js';
import { askPython, withPeers } from './python.js';

interface Answer {
  readonly read: readonly {
    readonly problems: readonly string[][];
    readonly parameters: number;
    readonly ids: readonly number[][];
    readonly stops: number | readonly number[];
  }[];
  readonly chats: readonly {
    readonly ids: readonly number[];
    readonly greedy: readonly number[];
    readonly text: string;
  }[];
  readonly stops: readonly number[];
}

/** With a system message and without, with blanks at the ends and what means something in a template. */
const chats: readonly (readonly ChatMessage[])[] = [
  [{ role: 'user', content: 'Hi' }],
  [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: ' What is {{ 2 + 2 }}?\n' },
    { role: 'assistant', content: '4 «é» 猫\n\n' },
    { role: 'user', content: 'Why?' },
  ],
];
const replyLength = 12;
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const random = createRandom(74);
const ids = Array.from({ length: 3 }, () => Array.from({ length: 20 }, () => random.integer(290)));
const texts = [mixedText, 'the whale and the sea 12345'];
const tokenizer = trainBpe([mixedText], { vocabSize: 290 });

withPeers(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'folders-'));
  after(() => rmSync(folder, { recursive: true }));
  const ours = Object.keys(configs).map((name, nth) => [name, join(folder, `ours-${nth}`)] as const);
  const theirs = ['gpt2', 'llama', 'tied llama'].flatMap((family) =>
    ['float32', 'float16', 'bfloat16'].map((dtype) => ({
      family,
      dtype,
      folder: join(folder, `theirs-${family}-${dtype}`),
      shard: dtype === 'float16' ? '20KB' : '5GB',
    })),
  );
  const theirLogits = (folder: string) =>
    readSafetensors(join(folder, 'logits.safetensors')).tensors.get('logits')!;
  const exportedAssistant = () => {
    const to = join(folder, 'assistant');
    const { status, stderr } = spawnSync(
      process.execPath,
      [cli, 'export', 'chat', '--size', 'smoke', '--to', to],
      { encoding: 'utf8', env: { ...process.env, WORKBOOK_HOME: join(folder, 'home') } },
    );
    assert.equal(status, 0, stderr);
    return to;
  };
  let answer: Answer;
  before(async () => {
    await selectBackend();
    for (const [nth, [name, path]] of ours.entries()) {
      const params = drawnParams(configs[name]!);
      const shardBytes = nth % 2 === 1 ? 20_000 : 5e9;
      saveHuggingFace(path, { params, tokenizer, startIds: [289], stopIds: [289, 3] }, { shardBytes });
      disposeParams(params);
    }
    answer = askPython<Answer>('foldersPeer.py', {
      read: ours.map(([, path]) => path),
      texts,
      ids,
      write: theirs,
      assistant: { folder: exportedAssistant(), chats, length: replyLength },
    });
  });

  describe('a folder that we write', () => {
    for (const [nth, [name, path]] of ours.entries()) {
      it(`of ${name} is loaded by transformers, every tensor of it, and gives our logits and our ids`, () => {
        const params = drawnParams(configs[name]!);
        const own = logits(params, ids);
        const { problems, parameters, ids: read, stops } = answer.read[nth]!;
        assert.deepEqual(problems, [[], [], []]);
        assert.equal(parameters, parameterCount(configs[name]!));
        assertClose(own.dataSync<'float32'>(), theirLogits(path).data, 1e-4, 'logits');
        assert.deepEqual(
          read,
          texts.map((text) => [289, ...encodeSpecials(tokenizer, text)]),
        );
        assert.deepEqual(stops, [289, 3]);
        own.dispose();
        disposeParams(params);
      });
    }
  });

  it('the assistant that workbook export writes reads chats and answers in transformers as it does here', async () => {
    const { params, tokenizer, template } = await chatModel('smoke', { home: join(folder, 'home') });
    const [endOfTurn, endOfText] = ['<|im_end|>', '<|endoftext|>'].map(
      (name) => tokenizer.specialTokens.get(name)!,
    );
    assert.deepEqual(answer.stops, [endOfTurn, endOfText]);
    for (const [nth, chat] of chats.entries()) {
      const { ids } = renderChat(chat, { template, tokenizer, reply: true });
      const greedy = { maxTokens: replyLength, temperature: 0, random: createRandom(1) };
      const own = [...generate(params, ids, { ...greedy, stop: [[endOfTurn!], [endOfText!]] })];
      const theirs = answer.chats[nth]!;
      assert.deepEqual(theirs.ids, ids);
      assert.deepEqual(theirs.greedy, own);
      assert.equal(theirs.text, tokenizer.decode(own));
    }
    disposeParams(params);
  });

  describe('a folder that transformers writes', () => {
    for (const { family, dtype, folder } of theirs) {
      it(`of ${family} in ${dtype} is loaded, and gives its logits`, () => {
        saveHuggingFaceTokenizer(join(folder, 'tokenizer.json'), tokenizer);
        assert.equal(existsSync(join(folder, 'model.safetensors.index.json')), dtype === 'float16');
        const loaded = loadHuggingFace(folder);
        const own = logits(loaded.params, ids);
        assertClose(own.dataSync<'float32'>(), theirLogits(folder).data, 1e-4, 'logits');
        assert.deepEqual(loaded.stopIds, [7, 9]);
        own.dispose();
        disposeParams(loaded.params);
      });
    }
  });
});
