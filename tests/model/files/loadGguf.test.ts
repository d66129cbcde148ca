import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../../src/backend/select.js';
import { fullConfig, type GptConfig } from '../../../src/model/config.js';
import { loadGguf } from '../../../src/model/files/gguf/loadGguf.js';
import { loadModel } from '../../../src/model/files/loadModel.js';
import { disposeParams } from '../../../src/model/params.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { assertNoLeak } from '../../backend/compare.js';
import { mixedText } from '../../tokenizer/samples.js';
import { configs, drawnParams, numbersOf } from './drawnModel.js';
import { floats, ggufBytes, type TensorBytes, type Typed } from './ggufBytes.js';
import { ggufMetadata, ggufTensors } from './ggufOf.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-model-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.gguf');
const tokenizer = trainBpe([mixedText], { vocabSize: 290, split: 'gpt2' });

/** Llama 3.1's rule as its converter writes it: by how much each pair is slowed. */
const slowed = (depth: number, base: number): Float32Array =>
  Float32Array.from({ length: depth / 2 }, (_, pair) => {
    const wavelength = (2 * Math.PI) / base ** ((-2 * pair) / depth);
    if (wavelength < 8192 / 4) return 1;
    if (wavelength > 8192 / 1) return 8;
    const smooth = (8192 / wavelength - 1) / (4 - 1);
    return 1 / ((1 - smooth) / 8 + smooth);
  });

describe('a GGUF file', () => {
  before(() => selectBackend({ name: 'cpu' }));
  const write = (
    config: GptConfig,
    changed: Record<string, Typed | undefined> = {},
    act = (tensors: TensorBytes[]): TensorBytes[] => tensors,
  ) => {
    const params = drawnParams(config);
    const entries = Object.entries({ ...ggufMetadata(params, tokenizer), ...changed });
    const metadata = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
      string,
      Typed
    >;
    const scaling = config.rotaryScaling
      ? [
          floats(
            'rope_freqs.weight',
            [config.nEmbd / config.nHead / 2],
            slowed(config.nEmbd / config.nHead, config.rotaryBase!),
          ),
        ]
      : [];
    writeFileSync(path, ggufBytes(metadata, act([...ggufTensors(params), ...scaling])));
    const numbers = numbersOf(params);
    disposeParams(params);
    return numbers;
  };
  const load = () => {
    const loaded = loadGguf(path);
    const numbers = numbersOf(loaded.params);
    disposeParams(loaded.params);
    return { ...loaded, numbers };
  };

  for (const [name, config] of Object.entries(configs)) {
    it(`of ${name} gives back every number, the configuration and the tokenizer`, () => {
      const numbers = write(config);
      const loaded = load();
      assert.deepEqual(fullConfig(loaded.params.config), fullConfig(config));
      assert.deepEqual(loaded.numbers, numbers);
      assert.deepEqual(loaded.tokenizer.encode(mixedText), tokenizer.encode(mixedText));
      assert.deepEqual(loaded.tokenizer.specialTokens, tokenizer.specialTokens);
      const { startIds, stopIds, chatTemplate } = loaded;
      assert.deepEqual(
        { startIds, stopIds, chatTemplate },
        { startIds: [], stopIds: [289], chatTemplate: '{{ messages }}' },
      );
    });
  }

  it('of GPT-2 has a copy of the embedding as its head, which is not read as another', () => {
    const numbers = write(configs['GPT-2']!, {}, (tensors) => [
      ...tensors,
      { ...tensors[0]!, name: 'output.weight' },
    ]);
    assert.deepEqual(load().numbers, numbers);
    const loaded = loadModel(folder); // the one file in it
    assert.deepEqual(numbersOf(loaded.params), numbers);
    disposeParams(loaded.params);
  });

  it('says which tokens come before a text and which end it', () => {
    write(configs.Llama!, {
      'tokenizer.ggml.add_bos_token': ['bool', 1],
      'tokenizer.ggml.bos_token_id': ['u32', 289],
      'tokenizer.ggml.eos_token_id': ['u32', 5],
      'tokenizer.ggml.eot_token_id': ['u32', 6],
      'tokenizer.chat_template': undefined,
    });
    const { startIds, stopIds, chatTemplate } = load();
    assert.deepEqual(
      { startIds, stopIds, chatTemplate },
      { startIds: [289], stopIds: [5, 6], chatTemplate: undefined },
    );
    write(configs.Llama!, { 'tokenizer.ggml.pre': ['text', 'llama-bpe'] });
    assert.deepEqual(load().startIds, [289]); // as llama.cpp does for Llama 3, unless the file says otherwise
  });

  const refused: readonly (readonly [changed: Record<string, Typed | undefined>, message: RegExp])[] = [
    [
      { 'general.architecture': ['text', 'qwen2'] },
      /general\.architecture to be "llama" or "gpt2", got "qwen2"/,
    ],
    [{ 'general.architecture': undefined }, /general\.architecture to be "llama" or "gpt2", got nothing/],
    [{ 'llama.block_count': ['text', '2'] }, /llama\.block_count to be a whole number above 0, got "2"/],
    [
      { 'llama.block_count': ['u32', 2 ** 31] },
      /tensor blk\.2\.attn_norm\.weight of shape \[32\], got nothing/,
    ],
    [{ 'llama.block_count': ['u64', 2n ** 60n] }, /llama\.block_count to be a whole number/],
    [
      { 'llama.block_count': ['u32', 1] },
      /tensor blk\.1\.attn_norm\.weight is none of a model of this configuration/,
    ],
    [
      { 'llama.embedding_length': ['u32', 64], 'llama.rope.dimension_count': undefined },
      /token_embd\.weight of shape \[290,64\], got \[290,32\]/,
    ],
    [
      { 'llama.attention.head_count': ['list', 'u32', [4, 4]] },
      /attention\.head_count to be a whole number above 0/,
    ],
    [{ 'llama.attention.head_count_kv': ['u32', 3] }, /nKvHead 3 does not divide nHead 4/],
    [{ 'llama.attention.key_length': ['u32', 16] }, /attention\.key_length to be left out or 8, got 16/],
    [{ 'llama.rope.dimension_count': ['u32', 4] }, /rope\.dimension_count to be left out or 8, got 4/],
    [
      { 'llama.rope.scaling.type': ['text', 'yarn'] },
      /rope\.scaling\.type to be left out or "none", got "yarn"/,
    ],
    [{ 'llama.rope.freq_base': ['text', 'x'] }, /rope\.freq_base to be a number, got "x"/],
    [{ 'split.count': ['u16', 3] }, /split\.count to be left out or 0 or 1, got 3/],
    [{ 'llama.expert_count': ['u32', 8] }, /expert_count to be left out or 0, got 8/],
    [{ 'tokenizer.ggml.model': ['text', 'llama'] }, /tokenizer\.ggml\.model to be "gpt2", got "llama"/],
    [
      { 'tokenizer.ggml.pre': ['text', 'deepseek-llm'] },
      /tokenizer\.ggml\.pre to be "gpt-2" or .*, got "deepseek-llm"/,
    ],
    [{ 'tokenizer.ggml.pre': undefined }, /tokenizer\.ggml\.pre to be .*, got nothing/],
    [
      { 'tokenizer.ggml.add_space_prefix': ['bool', 1] },
      /add_space_prefix to be left out or false, got true/,
    ],
    [{ 'tokenizer.ggml.tokens': ['list', 'u32', [1]] }, /tokenizer\.ggml\.tokens to be a list of texts/],
    [
      { 'tokenizer.ggml.tokens': ['list', 'text', ['a']] },
      /token_type to be 1 whole numbers, as there are tokens/,
    ],
    [{ 'tokenizer.ggml.token_type': ['list', 'i32', [1]] }, /token_type to be 290 whole numbers/],
    [
      { 'tokenizer.ggml.merges': ['list', 'text', ['x']] },
      /tokenizer\.ggml\.merges\[0\] to be two tokens and a blank, got "x"/,
    ],
    [{ 'tokenizer.ggml.merges': ['list', 'text', ['Ā ā']] }, /its tokenizer: .*merge 0 to make a token/],
    [{ 'tokenizer.ggml.eos_token_id': ['u32', 290] }, /eos_token_id to be ids from 0 to 289, got 290/],
    [{ 'tokenizer.chat_template': ['u32', 7] }, /chat_template to be text, got 7/],
  ];
  for (const [changed, message] of refused)
    it(`with ${Object.keys(changed)} as ${Object.values(changed)[0]?.slice(1).join(' ') ?? 'nothing'} is refused by its name`, () => {
      write(configs.Llama!, changed);
      assertNoLeak(() =>
        assert.throws(load, (error: Error) => {
          assert.match(error.message, message);
          return error.name === 'SyntaxError' && error.message.includes(path);
        }),
      );
    });

  it('with tensors that are no part of the model, or a rule of positions that is not known, is refused', () => {
    write(configs.Llama!, {}, (tensors) => [
      ...tensors,
      floats('blk.0.attn_q.bias', [32], new Float32Array(32)),
    ]);
    assert.throws(load, /tensor blk\.0\.attn_q\.bias is none of a model of this configuration/);
    write(configs.Llama!, {}, (tensors) => [
      ...tensors,
      floats('rope_freqs.weight', [4], Float32Array.of(1, 2, 3, 4)),
    ]);
    assert.throws(load, /tensor rope_freqs\.weight to be as in Llama 3\.1 or 3\.2, got \[1,2,3,4\]/);
    const numbers = write(configs.Llama!, {}, (tensors) => [
      ...tensors,
      floats('rope_freqs.weight', [4], new Float32Array(4).fill(1)),
    ]);
    assert.deepEqual(load().numbers, numbers);
  });
});
