import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { parameterCount } from '../../src/model/counts.js';
import { loadHuggingFace } from '../../src/model/files/huggingFace/loadHuggingFace.js';
import { saveHuggingFace } from '../../src/model/files/huggingFace/saveHuggingFace.js';
import { readSafetensors } from '../../src/model/files/safetensors.js';
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
}

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
