import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { baseModel } from '../../src/artifacts/pretrained.js';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { readCorpus } from '../../src/data/corpora/corpora.js';
import { llamaConfig } from '../../src/model/config.js';
import { loadGguf } from '../../src/model/files/gguf/loadGguf.js';
import { saveGguf } from '../../src/model/files/gguf/saveGguf.js';
import type { GgufFloat } from '../../src/model/files/gguf/writeGguf.js';
import type { ModelToWrite } from '../../src/model/files/pretrained.js';
import { nextLogits } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import type { BpeTokenizer } from '../../src/tokenizer/bpe.js';
import { splits } from '../../src/tokenizer/engine/split.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { withSpecialTokens } from '../../src/tokenizer/withSpecialTokens.js';
import { randomBatches, tokenStream } from '../../src/train/batches.js';
import { pretrain } from '../../src/train/pretrain.js';
import { configs, drawnParams } from '../model/files/drawnModel.js';
import { mixedText } from '../tokenizer/samples.js';
import { hostileTexts } from './hostileTexts.js';
import { askLlama, withLlama } from './llama.js';

interface Comparison {
  /** Tokens that both go on with. */
  readonly length: number;
  /** Largest difference of two probabilities that is let through; default 1e-3. */
  readonly most?: number;
}

const types: readonly GgufFloat[] = ['F32', 'F16', 'BF16'];
const prompts = ['The whale', 'in the sea', ' and 12', 'é'];

function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

withLlama(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'save-gguf-'));
  const path = join(folder, 'a.gguf');
  before(() => selectBackend());
  after(() => rmSync(folder, { recursive: true }));

  /**
   * Holds llama.cpp's answers from a file of a model against ours from the same file. It rounds what it multiplies to the
   * weights' type; of two tokens that are equally likely but for that, either may be the likeliest.
   */
  function compare(model: ModelToWrite, type: GgufFloat, { length, most = 1e-3 }: Comparison): number {
    saveGguf(path, model, { type });
    const answer = askLlama({ model: path, prompts, length, cache: 'F32' });
    const { params, tokenizer } = loadGguf(path);
    let largest = 0;
    for (const [nth, { ids, probabilities, greedy, text }] of answer.prompts.entries()) {
      const what = `${type}, ${prompts[nth]}`;
      assert.deepEqual(model.tokenizer.encode(prompts[nth]!), ids, what);
      const own = softmax(nextLogits(params, ids));
      assert.equal(probabilities.length, own.length);
      const difference = own.reduce(
        (sofar, one, id) => Math.max(sofar, Math.abs(one - probabilities[id]!)),
        0,
      );
      assert.ok(difference < most, `${what}: ${difference}`);
      largest = Math.max(largest, difference);
      assert.equal(tokenizer.decode(greedy), text, what);
      for (const [place, id] of greedy.entries()) {
        const next = softmax(nextLogits(params, [...ids, ...greedy.slice(0, place)]));
        const best = next.indexOf(Math.max(...next));
        const isTie = type !== 'F32' && next[best]! - next[id]! < 2 * most;
        assert.ok(id === best || isTie, `${what}: token ${place} is ${id}, expected ${best}`);
      }
    }
    disposeParams(params);
    return largest;
  }

  describe('a GGUF file that we write: llama.cpp gives our probabilities and our greedy text', () => {
    const tokenizer = trainBpe([mixedText], { vocabSize: 290 });
    for (const [name, config] of Object.entries(configs))
      it(`for ${name}, drawn, in F32`, (t) => {
        const params = drawnParams(config);
        const largest = compare({ params, tokenizer, stopIds: [289] }, 'F32', { length: 8 });
        t.diagnostic(`largest difference: ${largest.toExponential(1)}`);
        disposeParams(params);
      });

    it('for the base model of chapter 05 and a Llama trained on the same text, in F32, F16 and BF16', async (t) => {
      const { params, tokenizer } = await baseModel('smoke', { home: folder });
      const llama = await trainedLlama(tokenizer);
      for (const [name, model] of Object.entries({ gpt2: params, llama })) {
        const differences = types.map((type) =>
          compare({ params: model, tokenizer, stopIds: [287] }, type, { length: 16 }).toExponential(1),
        );
        t.diagnostic(`${name}, largest differences in ${types}: ${differences.join(' ')}`);
        disposeParams(model);
      }
    });

    it('in Q8_0 within 0.1, as llama.cpp rounds what it multiplies by such weights to 8 bits too', (t) => {
      const params = drawnParams(configs.Llama!);
      const model = { params, tokenizer, stopIds: [289] };
      t.diagnostic(`largest difference: ${compare(model, 'Q8_0', { length: 0, most: 0.1 }).toFixed(4)}`);
      disposeParams(params);
    });
  });

  it('its tokenizer reads hostile texts and special tokens as ours, by every rule that we write', () => {
    const texts = [mixedText, ...hostileTexts];
    const params = drawnParams(configs.Llama!);
    for (const split of splits.filter((split) => split !== 'gpt4o')) {
      const trained = trainBpe([mixedText], { vocabSize: 289, split });
      const tokenizer = withSpecialTokens(trained, ['<|im_end|>']);
      saveGguf(path, { params, tokenizer, stopIds: [288, 289] });
      const { ids } = askLlama({ model: path, texts });
      for (const [nth, text] of texts.entries())
        assert.deepEqual(ids[nth], encodeSpecials(tokenizer, text), `${split}: ${JSON.stringify(text)}`);
    }
    disposeParams(params);
  });
});

/** A small Llama after 60 steps. */
async function trainedLlama(tokenizer: BpeTokenizer): Promise<GptParams> {
  const random = createRandom(3);
  const { vocabSize } = tokenizer;
  const sizes = { vocabSize, blockSize: 32, nLayer: 2, nHead: 4, nEmbd: 32, nKvHead: 2, nInner: 96 };
  const params = createParams(llamaConfig(sizes), random.fork('model'));
  const ids = readCorpus('moby-dick')
    .slice(0, 20)
    .map(({ text }) => tokenizer.encode(text));
  const stream = tokenStream(ids, { separatorId: 287, vocabSize });
  const batches = randomBatches(stream, { batchSize: 8, length: 32 }, random.fork('batches'));
  for await (const _ of pretrain(params, batches, { steps: 60, learningRate: 0.01 }));
  return params;
}
