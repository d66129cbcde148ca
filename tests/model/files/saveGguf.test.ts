import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../../src/backend/select.js';
import { createRandom } from '../../../src/core/random.js';
import { fullConfig, type GptConfig } from '../../../src/model/config.js';
import { loadGguf } from '../../../src/model/files/gguf/loadGguf.js';
import { openGguf } from '../../../src/model/files/gguf/openGguf.js';
import { type SaveGgufOptions, saveGguf } from '../../../src/model/files/gguf/saveGguf.js';
import { generate } from '../../../src/model/generate.js';
import { addLora } from '../../../src/model/lora.js';
import { disposeParams, namedParams } from '../../../src/model/params.js';
import type { BpeTokenizer } from '../../../src/tokenizer/bpe.js';
import { splits } from '../../../src/tokenizer/engine/split.js';
import { symbolTokenizer } from '../../../src/tokenizer/symbolTokenizer.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { type VocabularyModel, vocabularyTokenizer } from '../../../src/tokenizer/vocabularyTokenizer.js';
import { assertNoLeak } from '../../backend/compare.js';
import { mixedText } from '../../tokenizer/samples.js';
import { configs, drawnParams, numbersOf } from './drawnModel.js';
import { ggufTensors } from './ggufOf.js';

const folder = mkdtempSync(join(tmpdir(), 'save-gguf-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.gguf');
const tokenizer = trainBpe([mixedText], { vocabSize: 290 });
const use = { startIds: [289], stopIds: [289, 5, 7], chatTemplate: '{{ messages }} 名' };
const llama = configs['Llama with a tied head and scaled positions']!;

/** Llama 3's way: a special token first, and `the`, which no merge makes, for whole words alone. */
const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const wholeWords: VocabularyModel = {
  split: 'gpt4',
  tokens: [new Uint8Array(), ...bytes, new Uint8Array(), Buffer.from('th'), Buffer.from('the')],
  merges: [[1 + 116, 1 + 104]],
  specialTokens: { '<|end|>': 0 },
  wholeWords: true,
};

function save(config: GptConfig, options: SaveGgufOptions = {}, changed: object = {}) {
  const params = drawnParams(config);
  const numbers = numbersOf(params);
  try {
    saveGguf(path, { params, tokenizer, ...use, ...changed }, options);
  } finally {
    disposeParams(params);
  }
  return numbers;
}

function load() {
  const { params, ...loaded } = loadGguf(path);
  const numbers = numbersOf(params);
  disposeParams(params);
  return { ...loaded, numbers, config: params.config };
}

/** Largest difference between a number and what it became, in `unit`s, which may differ from number to number. */
function worst(before: Float32Array, now: Float32Array, unit: (at: number) => number): number {
  assert.equal(now.length, before.length);
  return now.reduce((most, value, at) => Math.max(most, Math.abs(value - before[at]!) / unit(at)), 0);
}

const inOrder = Array.from({ length: 256 }, (_, byte) => byte);

describe('saveGguf', () => {
  before(() => selectBackend({ name: 'cpu' }));

  for (const [name, config] of Object.entries(configs)) {
    it(`${name} comes back from F32 as it was, to the bit, with its tokenizer and what belongs to it`, () => {
      let numbers = new Map<string, Float32Array>();
      assertNoLeak(() => {
        numbers = save(config);
      });
      const loaded = load();
      assert.deepEqual(loaded.numbers, numbers);
      assert.deepEqual(fullConfig(loaded.config), fullConfig(config));
      const { startIds, stopIds, chatTemplate } = loaded;
      assert.deepEqual({ startIds, stopIds, chatTemplate }, use);
      assert.deepEqual(loaded.tokenizer.model, { ...tokenizer.model, bytes: inOrder });
      assert.deepEqual(loaded.tokenizer.encode(mixedText), tokenizer.encode(mixedText));
    });

    it(`${name} has the tensors that llama.cpp's converter gives it, at multiples of 32 bytes`, () => {
      save(config);
      const params = drawnParams(config);
      const expected = ggufTensors(params);
      disposeParams(params);
      const file = openGguf(path);
      const names = [...file.tensors.keys()].filter((name) => name !== 'rope_freqs.weight');
      assert.deepEqual(names.sort(), expected.map((tensor) => tensor.name).sort());
      for (const { name, lengths, bytes } of expected) {
        assert.deepEqual([...file.tensors.get(name)!.shape].reverse(), lengths, name);
        assert.deepEqual(Buffer.from(file.readBytes(name)), Buffer.from(bytes), name);
      }
      file.close();
      assert.equal(statSync(path).size % 32, 0);
    });
  }

  it('rounds matrices to the nearest number of 16 bits, and leaves vectors and learned positions alone', () => {
    for (const [type, digits] of [['F16', 11] as const, ['BF16', 8] as const]) {
      const numbers = save(configs['GPT-2']!, { type });
      const loaded = load();
      for (const [name, before] of numbers) {
        const isExact = name === 'wpe.weight' || !/(wte|attn\.c_\w+|mlp\.c_\w+)\.weight/.test(name);
        const now = loaded.numbers.get(name)!;
        if (isExact) assert.deepEqual(now, before, name);
        else {
          // Half of the last digit; below 2^-14 the digits of half precision become fewer.
          const unit = (at: number) => Math.max(Math.abs(before[at]!), 2 ** -14) * 2 ** -digits;
          const most = worst(before, now, unit);
          assert.ok(most > 0.5 && most <= 1, `${type} ${name}: ${most}`);
        }
      }
    }
  });

  it('rounds to Q8_0 within half a step of each block, and leaves F16 where rows are no whole blocks', () => {
    const config = configs['GPT-2 with a head of its own, another width and epsilon']!; // a width of 48
    const numbers = save(config, { type: 'Q8_0' });
    const file = openGguf(path);
    const typeOf = (name: string) => file.tensors.get(name)!.dtype;
    assert.deepEqual(
      ['token_embd', 'output', 'blk.1.attn_qkv', 'blk.1.ffn_down', 'position_embd', 'output_norm'].map(
        (name) => typeOf(`${name}.weight`),
      ),
      ['Q8_0', 'Q8_0', 'Q8_0', 'F16', 'F32', 'F32'],
    );
    const before = numbers.get('wte.weight')!;
    const now = file.read('token_embd.weight') as Float32Array;
    file.close();
    const largest = (at: number) =>
      before
        .subarray(at - (at % 32), at - (at % 32) + 32)
        .reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    // Half a step, and the rounding of the step itself, 127 times at most.
    const most = worst(before, now, (at) => largest(at) * (0.5 / 127 + 2 ** -11));
    assert.ok(most > 0.5 && most <= 1, `${most}`);
  });

  it('Q8_0 stays packed on the way back and goes on with the same tokens as its float32', () => {
    save({ ...llama, nEmbd: 64, nInner: 96 }, { type: 'Q8_0' });
    const [plain, packed] = [loadGguf(path), loadGguf(path, { packed: true })];
    assert.throws(() => namedParams(packed.params as typeof plain.params), /it is packed/);
    const [one, other] = [plain, packed].map(({ params }) => [
      ...generate(params, [289, 7], { maxTokens: 8, temperature: 0, random: createRandom(1) }),
    ]);
    assert.equal(one!.length, 8);
    assert.deepEqual(other, one);
    disposeParams(plain.params);
    disposeParams(packed.params);
  });

  it('carries any rule by which rotary positions are slowed', () => {
    const rotaryScaling = {
      factor: 3.7,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 2,
      originalBlockSize: 60,
    };
    save({ ...llama, rotaryScaling });
    assert.deepEqual(load().config.rotaryScaling, rotaryScaling);
    const file = openGguf(path);
    const slowed = file.read('rope_freqs.weight');
    file.close();
    assert.ok(Math.abs(slowed.at(-1)! - 3.7) < 1e-6, `${slowed}`); // the slowest pair, by the whole factor
    assert.equal(slowed[0], 1);
  });

  it('carries the splitting rules that llama.cpp has, and tokens in any order', () => {
    for (const split of splits.filter((split) => split !== 'gpt4o')) {
      const other = trainBpe([mixedText], { vocabSize: 288, split }); // 2 ids of the model are without a token
      save(configs.Llama!, {}, { tokenizer: other, startIds: [], stopIds: [287] });
      const loaded = load();
      assert.equal(loaded.tokenizer.model.split, split);
      assert.equal(loaded.tokenizer.vocabSize, 288);
      assert.deepEqual(loaded.tokenizer.encode(mixedText), other.encode(mixedText));
      assert.deepEqual([loaded.startIds, loaded.stopIds], [[], [287]]);
    }
    const tokenizer = vocabularyTokenizer(wholeWords);
    save(configs.Llama!, {}, { tokenizer, startIds: [], stopIds: [0] });
    const { encode, specialTokens } = load().tokenizer;
    assert.deepEqual([encode('the the'), specialTokens.get('<|end|>')], [[259, 33, 258, 102], 0]);
  });

  const refused: readonly (readonly [what: string, config: GptConfig, changed: object, message: RegExp])[] = [
    [
      'parts of both families',
      { ...configs['GPT-2']!, norm: 'rms' },
      {},
      /expected a model with the parts of GPT-2 or of Llama, got .*"norm":"rms"/,
    ],
    [
      'a tokenizer of symbols',
      llama,
      { tokenizer: symbolTokenizer(['a']) },
      /expected a tokenizer of byte-level BPE, .* got one of symbols/,
    ],
    [
      'a splitting rule that llama.cpp has otherwise',
      llama,
      { tokenizer: trainBpe([mixedText], { vocabSize: 290, split: 'gpt4o' }) },
      /expected a splitting rule that llama\.cpp has, too, got gpt4o/,
    ],
    [
      'whole words by another rule than that of Llama 3',
      llama,
      { tokenizer: vocabularyTokenizer({ ...wholeWords, split: 'gpt2' }) },
      /expected a splitting rule .* got gpt2 with whole words/,
    ],
    [
      'a tokenizer of more ids than the model has',
      llama,
      { tokenizer: trainBpe([mixedText], { vocabSize: 300 }) },
      /expected a tokenizer of at most 290 ids, as the model has, got 300/,
    ],
    [
      'a special token that is spelled as a letter',
      llama,
      { tokenizer: trainBpe([mixedText], { vocabSize: 290, specialTokens: ['a'] }) },
      /expected tokens that are spelled differently, got "a" as 97 and 289/,
    ],
    ['nothing that ends a text', llama, { stopIds: [] }, /from 1 to 3 ids that end an answer, got 0/],
    ['too many ends', llama, { stopIds: [1, 2, 3, 4] }, /from 1 to 3 ids that end an answer, got 4/],
    ['two ids before a text', llama, { startIds: [1, 2] }, /at most one id before every text, got 2/],
    ['an id that is none', llama, { stopIds: [290] }, /startIds and stopIds from 0 to 289, got 290/],
  ];
  for (const [what, config, changed, message] of refused)
    it(`refuses ${what} in one sentence, and writes nothing`, () => {
      save(configs.Llama!);
      const before = readFileSync(path);
      assert.throws(() => save(config, {}, changed), message);
      assert.deepEqual(readFileSync(path), before);
      assert.deepEqual(readdirSync(folder), ['a.gguf']);
    });

  it('refuses adapters, another type, and a number that the type cannot hold, which keeps the old file', () => {
    save(configs.Llama!);
    const before = readFileSync(path);
    const params = drawnParams(configs.Llama!);
    const adapted = addLora(params, { rank: 2, random: createRandom(1) });
    assert.throws(() => saveGguf(path, { params: adapted, tokenizer, ...use }), /see mergeLora/);
    disposeParams(adapted);
    const model = { params, tokenizer: tokenizer as BpeTokenizer, ...use };
    assert.throws(
      () => saveGguf(path, model, { type: 'Q4_0' as 'Q8_0' }),
      /type F32, F16, Q8_0, BF16, got Q4_0/,
    );
    const scaled = params.blocks[1]!.up.weight.mul(1e6);
    params.blocks[1]!.up.weight.assign(scaled as typeof params.tokenEmbedding);
    scaled.dispose();
    assert.throws(
      () => saveGguf(path, model, { type: 'F16' }),
      /numbers that F16 can hold in tensor blk\.1\.ffn_up\.weight, got -?\d/,
    );
    saveGguf(join(folder, 'b.gguf'), model, { type: 'Q8_0' }); // whose scale has 127 times the room
    rmSync(join(folder, 'b.gguf'));
    disposeParams(params);
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['a.gguf']);
  });
});
