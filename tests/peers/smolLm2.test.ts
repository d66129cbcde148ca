import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isPacked } from '../../src/backend/ops/packed.js';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { fullConfig, smolLm2 } from '../../src/model/config.js';
import { parameterCount } from '../../src/model/counts.js';
import { loadGguf } from '../../src/model/files/gguf/loadGguf.js';
import type { PretrainedModel } from '../../src/model/files/pretrained.js';
import { generate, nextLogits } from '../../src/model/generate.js';
import { disposeParams, type InferenceParams, namedWeights } from '../../src/model/params.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { mixedText } from '../tokenizer/samples.js';
import { hostileTexts } from './hostileTexts.js';
import { askLlama, type LlamaAnswer, smolLm2File, withLlama } from './llama.js';
import { writePlainGguf } from './plainGguf.js';

const prompts = [
  'The capital of France is',
  'Once upon a time, there was a whale',
  'Water boils at',
  'def fibonacci(n):\n    ',
  '1, 2, 3, 4,',
  'The largest planet of the solar system is',
  'To make bread you need',
  'Dear Sir or Madam,',
  'She opened the door and',
  'The opposite of hot is',
  'Albert Einstein was born in',
  'import numpy as np\n',
  'In 1969, the first humans',
  'The speed of light is about',
  'Der Hund ist',
  'He said: "I',
  'Roses are red, violets are',
  '<html>\n<body>',
  'Once the storm had passed, the sailors',
  'The recipe calls for 250 g of',
];
const length = 64;

/** Control characters that the vocabulary lacks: we leave them out before merging, llama.cpp behind it. */
const lacking = new Set([0x04, 0x06, 0x13, 0x14, 0x16, 0x1d].map((code) => String.fromCharCode(code)));

function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

const largestDifference = (own: ArrayLike<number>, theirs: readonly number[]): number =>
  theirs.reduce((most, probability, id) => Math.max(most, Math.abs(probability - own[id]!)), 0);

withLlama(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-lm2-'));
  const texts = [mixedText, ...hostileTexts].filter((text) =>
    [...text].every((character) => !lacking.has(character)),
  );
  let model: PretrainedModel;
  let packedModel: PretrainedModel<InferenceParams>;
  let [plain, packed]: LlamaAnswer[] = [];
  before(async () => {
    await selectBackend();
    model = loadGguf(smolLm2File);
    packedModel = loadGguf(smolLm2File, { packed: true });
    const copy = join(folder, 'plain.gguf');
    writePlainGguf(smolLm2File, copy);
    plain = askLlama({ model: copy, texts, prompts, length, cache: 'F32' });
    packed = askLlama({ model: smolLm2File, prompts });
  });
  after(() => {
    for (const { params } of [model, packedModel]) disposeParams(params);
    rmSync(folder, { recursive: true });
  });

  describe('SmolLM2-135M from its GGUF file', () => {
    it('is the model of its preset, with its end of an answer and its template', () => {
      assert.deepEqual(fullConfig(model.params.config), fullConfig(smolLm2['135m']));
      assert.equal(parameterCount(model.params.config), 134_515_008); // as its card says: 135M
      assert.deepEqual([model.startIds, model.stopIds], [[], [2]]);
      assert.match(model.chatTemplate!, /<\|im_start\|>/);
    });

    it("reads texts as llama.cpp's tokenizer does", () => {
      for (const [nth, text] of texts.entries())
        assert.deepEqual(encodeSpecials(model.tokenizer, text), plain!.ids[nth], JSON.stringify(text));
      for (const [nth, { ids }] of plain!.prompts.entries())
        assert.deepEqual(model.tokenizer.encode(prompts[nth]!), ids);
    });

    it('gives the next-token probabilities of llama.cpp to 1e-3, from the same dequantised weights', () => {
      for (const [nth, { ids, probabilities }] of plain!.prompts.entries()) {
        const differ = largestDifference(softmax(nextLogits(model.params, ids)), probabilities);
        assert.ok(differ < 1e-3, `${prompts[nth]}: ${differ}`);
      }
    });

    it(`goes on with the same ${length} tokens, always the likeliest`, () => {
      for (const [nth, { ids, greedy }] of plain!.prompts.entries()) {
        const options = { maxTokens: greedy.length, temperature: 0, random: createRandom(1) };
        assert.deepEqual([...generate(model.params, ids, options)], greedy, prompts[nth]);
      }
    });

    it('packed, gives the same probabilities and the same tokens', () => {
      for (const [nth, { ids, probabilities, greedy }] of plain!.prompts.entries()) {
        const differ = largestDifference(softmax(nextLogits(packedModel.params, ids)), probabilities);
        assert.ok(differ < 1e-3, `${prompts[nth]}: ${differ}`);
        const options = { maxTokens: greedy.length, temperature: 0, random: createRandom(1) };
        assert.deepEqual([...generate(packedModel.params, ids, options)], greedy, prompts[nth]);
      }
    });

    it('differs by less than 0.1 where llama.cpp rounds what it multiplies by the packed weights to 8 bits', (t) => {
      const differences = packed!.prompts.map(({ ids, probabilities }) =>
        largestDifference(softmax(nextLogits(packedModel.params, ids)), probabilities),
      );
      t.diagnostic(
        `largest differences: ${differences.map((difference) => difference.toFixed(4)).join(' ')}`,
      );
      assert.ok(Math.max(...differences) < 0.1);
    });

    it('packed, takes no more memory than its file, with what is not packed', () => {
      const bytes = [...namedWeights(packedModel.params).values()].reduce(
        (sum, weight) => sum + (isPacked(weight) ? weight.bytes.byteLength : 4 * weight.size),
        0,
      );
      assert.ok(bytes <= statSync(smolLm2File).size, `${bytes} bytes`);
    });
  });
});
