import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../../src/backend/select.js';
import { fullConfig } from '../../../src/model/config.js';
import { loadHuggingFace } from '../../../src/model/files/huggingFace/loadHuggingFace.js';
import { saveHuggingFace } from '../../../src/model/files/huggingFace/saveHuggingFace.js';
import { loadModel } from '../../../src/model/files/loadModel.js';
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../../src/model/files/safetensors.js';
import { disposeParams } from '../../../src/model/params.js';
import { saveTokenizer } from '../../../src/tokenizer/files/bpeFile.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { saveCheckpoint } from '../../../src/train/checkpoint.js';
import { assertNoLeak } from '../../backend/compare.js';
import { configs, drawnParams, numbersOf } from './drawnModel.js';

const folder = mkdtempSync(join(tmpdir(), 'hugging-face-model-'));
after(() => rmSync(folder, { recursive: true }));
const tokenizer = trainBpe(['the whale and the sea and the whale'], { vocabSize: 270, minCount: 1 });

type Json = Record<string, unknown>;
const fileOf = (name: string) => join(folder, name);
const json = (name: string): Json => JSON.parse(readFileSync(fileOf(name), 'utf8'));
const change = (name: string, changed: Json) =>
  writeFileSync(fileOf(name), JSON.stringify({ ...json(name), ...changed }));
const changeTensors = (act: (tensors: Map<string, StoredTensor>) => void) => {
  const path = fileOf('model.safetensors');
  const { tensors, metadata } = readSafetensors(path);
  const copy = new Map(tensors);
  act(copy);
  writeSafetensors(path, { tensors: copy, metadata });
};

describe('a Hugging Face folder', () => {
  before(() => selectBackend({ name: 'cpu' }));
  const write = (name = 'Llama', options = {}) => {
    rmSync(folder, { recursive: true });
    const params = drawnParams(configs[name]!);
    const numbers = numbersOf(params);
    const model = {
      params,
      tokenizer,
      startIds: [269],
      stopIds: [269, 5],
      chatTemplate: '{{ messages }}',
      sampling: { temperature: 0.6, topK: 20 },
    };
    saveHuggingFace(folder, model, options);
    disposeParams(params);
    return numbers;
  };
  const load = () => {
    const loaded = loadHuggingFace(folder);
    const numbers = numbersOf(loaded.params);
    disposeParams(loaded.params);
    return { ...loaded, numbers };
  };

  for (const name of Object.keys(configs)) {
    it(`of ${name} gives back every number and what is said of its use`, () => {
      const numbers = write(name);
      const loaded = load();
      assert.deepEqual(fullConfig(loaded.params.config), fullConfig(configs[name]!));
      assert.deepEqual(loaded.numbers, numbers);
      assert.deepEqual(loaded.tokenizer.model.merges, tokenizer.model.merges);
      const { startIds, stopIds, chatTemplate, sampling } = loaded;
      assert.deepEqual(
        { startIds, stopIds, chatTemplate, sampling },
        {
          startIds: [269],
          stopIds: [269, 5],
          chatTemplate: '{{ messages }}',
          sampling: { temperature: 0.6, topK: 20 },
        },
      );
    });

    it(`of ${name} in parts and in bfloat16 gives back the same, rounded to 8 digits`, () => {
      const numbers = write(name, { dtype: 'BF16', shardBytes: 10_000 });
      const shards = readdirSync(folder).filter((file) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(file));
      assert.ok(shards.length > 3, shards.join());
      const { numbers: rounded } = load();
      for (const [name, values] of numbers)
        for (const [at, value] of values.entries())
          assert.ok(Math.abs(rounded.get(name)![at]! - value) <= Math.abs(value) * 2 ** -8, name);
    });
  }

  it('written again in one file leaves no part of an earlier one that would be read', () => {
    write('GPT-2', { shardBytes: 10_000 });
    const params = drawnParams(configs['GPT-2']!);
    saveHuggingFace(folder, { params, tokenizer });
    assert.deepEqual(load().numbers, numbersOf(params));
    saveHuggingFace(folder, { params, tokenizer }, { shardBytes: 10_000 });
    assert.ok(!readdirSync(folder).includes('model.safetensors'));
    assert.deepEqual(load().numbers, numbersOf(params));
    disposeParams(params);
  });

  it('is read without the prefix of its names, with buffers of older versions, and with a copy of a tied head', () => {
    const numbers = write('GPT-2');
    changeTensors((tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        tensors.set(name.replace('transformer.', ''), tensor);
      }
      tensors.set('h.0.attn.bias', { shape: [1, 1, 2, 2], data: Float32Array.of(1, 0, 1, 1) });
      tensors.set('h.0.attn.masked_bias', { shape: [], data: Float32Array.of(-1e4) });
      tensors.set('lm_head.weight', tensors.get('wte.weight')!);
    });
    assert.deepEqual(load().numbers, numbers);
    const llama = write('Llama');
    changeTensors((tensors) =>
      tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', {
        shape: [2],
        data: Float32Array.of(1, 0.1),
      }),
    );
    assert.deepEqual(load().numbers, llama);
  });

  it('is read where transformers 5 has put its settings, and chat templates by name or in a file', () => {
    write('Llama with a tied head and scaled positions');
    const { rope_theta, rope_scaling, ...config } = json('config.json');
    writeFileSync(
      fileOf('config.json'),
      JSON.stringify({ ...config, rope_parameters: { ...(rope_scaling as object), rope_theta } }),
    );
    assert.deepEqual(
      fullConfig(load().params.config),
      fullConfig(configs['Llama with a tied head and scaled positions']!),
    );
    change('tokenizer_config.json', {
      chat_template: [
        { name: 'tool_use', template: 'x' },
        { name: 'default', template: 'y' },
      ],
    });
    assert.equal(load().chatTemplate, 'y');
    writeFileSync(fileOf('chat_template.jinja'), 'z\n');
    assert.equal(load().chatTemplate, 'z\n');
  });

  it('of another model, or with settings that are not known, is refused by its key', () => {
    const refuses = (name: string, changed: Json, message: RegExp) => {
      write(name);
      change('config.json', changed);
      assertNoLeak(() => assert.throws(load, { name: 'SyntaxError', message }));
    };
    const says = (rest: string) => new RegExp(`Cannot read .*config\\.json.*: expected ${rest}`);
    refuses('GPT-2', { model_type: 'bert' }, says('model_type to be "gpt2" or "llama", got "bert"'));
    refuses('GPT-2', { model_type: 'qwen3' }, says('model_type to be'));
    refuses(
      'GPT-2',
      { activation_function: 'relu' },
      says('activation_function to be left out or "gelu_new"'),
    );
    refuses('GPT-2', { scale_attn_by_inverse_layer_idx: true }, says('scale_attn_by_inverse_layer_idx'));
    refuses('GPT-2', { n_head: '4' }, says('n_head to be a whole number above 0, got "4"'));
    refuses('GPT-2', { n_layer: 1e9 }, /tensor transformer\.h\.2\.ln_1\.weight of shape \[32\], got nothing/);
    refuses(
      'GPT-2',
      { vocab_size: 1e9 },
      /tensor transformer\.wte\.weight of shape \[1000000000,32\], got \[290,32\]/,
    );
    refuses(
      'GPT-2',
      { vocab_size: 100 },
      /expected a tokenizer of at most 100 ids, as the model has, got 270/,
    );
    refuses('GPT-2', { n_head: 5 }, /config\.json: .*nHead 5 does not divide nEmbd 32/);
    refuses('Llama', { hidden_act: 'gelu' }, says('hidden_act to be left out or "silu", got "gelu"'));
    refuses('Llama', { attention_bias: true }, says('attention_bias to be left out or false, got true'));
    refuses('Llama', { mlp_bias: true }, says('mlp_bias'));
    refuses('Llama', { head_dim: 16 }, says('head_dim to be left out or 8, got 16'));
    refuses(
      'Llama',
      { rope_scaling: { type: 'linear', factor: 2 } },
      says('type to be .*"llama3", got "linear"'),
    );
    refuses(
      'Llama',
      { rope_scaling: { rope_type: 'llama3', factor: 2 } },
      says('low_freq_factor to be a number'),
    );
    refuses('Llama', { rope_scaling: [] }, says('rope_scaling to have keys'));
    refuses('Llama', { rope_theta: '1e4' }, says('rope_theta to be a number, got "1e4"'));
    refuses('Llama', { num_key_value_heads: 3 }, /nKvHead 3 does not divide nHead 4/);
    refuses('Llama', { num_key_value_heads: 4 }, /k_proj\.weight of shape \[32,32\], got \[16,32\]/);
    refuses('Llama', { model_type: 'gpt2' }, says('n_embd to be a whole number above 0, got nothing'));
    write('Llama');
    change('generation_config.json', { eos_token_id: 900 });
    assert.throws(load, /generation_config\.json: expected eos_token_id to be ids from 0 to 289, got 900/);
    writeFileSync(fileOf('config.json'), '[]');
    assert.throws(load, /config\.json: expected a JSON object/);
    rmSync(fileOf('config.json'));
    assert.throws(load, /Cannot read .*config\.json: there is no such file/);
  });

  it('with a tensor that is missing, of another shape, or none of the model is refused by its name', () => {
    write('Llama');
    const [path, aside] = [fileOf('model.safetensors'), fileOf('aside')];
    const refuses = (act: (tensors: Map<string, StoredTensor>) => void, message: RegExp) => {
      writeFileSync(aside, readFileSync(path));
      changeTensors(act);
      assertNoLeak(() => assert.throws(load, { name: 'SyntaxError', message }));
      renameSync(aside, path);
    };
    const one = { shape: [1], data: Float32Array.of(1) };
    refuses(
      (tensors) => tensors.delete('model.norm.weight'),
      /expected tensor model\.norm\.weight of shape \[32\], got nothing/,
    );
    refuses(
      (tensors) => tensors.set('model.norm.weight', one),
      /model\.norm\.weight of shape \[32\], got \[1\]/,
    );
    refuses(
      (tensors) => tensors.set('model.layers.0.self_attn.q_proj.bias', one),
      /tensor model\.layers\.0\.self_attn\.q_proj\.bias is none of a model of this configuration/,
    );
    const integers = { shape: [32], data: new Int32Array(32) };
    refuses((tensors) => tensors.set('model.norm.weight', integers), /got \[32\] of integers/);
  });

  it('whose index and parts do not agree is refused', () => {
    const index = 'model.safetensors.index.json';
    const refuses = (changed: Record<string, unknown> | readonly unknown[], message: RegExp) => {
      write('Llama', { shardBytes: 10_000 });
      const map = json(index).weight_map as Record<string, unknown>;
      change(index, { weight_map: Array.isArray(changed) ? changed : { ...map, ...changed } });
      assert.throws(load, { message });
    };
    write('Llama', { shardBytes: 10_000 });
    const name = 'model.layers.0.input_layernorm.weight';
    const own = (json(index).weight_map as Record<string, unknown>)[name];
    refuses({ [name]: undefined }, /safetensors has a tensor model\.layers\.0\.input_layernorm.* not list/);
    refuses({ x: own }, /expected tensor x in model-.*safetensors, got none/);
    refuses({ x: '../model.safetensors' }, /expected a file of its folder for tensor x, got "\.\.\/model/);
    refuses({ x: 7 }, /expected a file of its folder for tensor x, got 7/);
    refuses({ x: 'none.safetensors' }, /index\.json: there is no file none\.safetensors beside it/);
    refuses([], /expected weight_map to have a file for each tensor/);
  });

  it('is not written for a model that has parts of both families', () => {
    const params = drawnParams({ ...configs['GPT-2']!, norm: 'rms' });
    assert.throws(() => saveHuggingFace(folder, { params, tokenizer }), {
      name: 'RangeError',
      message: /expected a model with the parts of GPT-2 or of Llama, got .*"norm":"rms"/,
    });
    disposeParams(params);
  });
});

describe('loadModel', () => {
  before(() => selectBackend({ name: 'cpu' }));
  it('finds what a folder or a file holds, a checkpoint with its tokenizer too', () => {
    rmSync(folder, { recursive: true });
    const params = drawnParams(configs.Llama!);
    const numbers = numbersOf(params);
    saveHuggingFace(folder, { params, tokenizer });
    for (const path of [folder, fileOf('model.safetensors')]) {
      const loaded = loadModel(path);
      assert.deepEqual(numbersOf(loaded.params), numbers);
      disposeParams(loaded.params);
    }
    rmSync(fileOf('config.json'));
    saveCheckpoint(fileOf('model.safetensors'), { params, step: 3 });
    saveTokenizer(fileOf('tokenizer.json'), tokenizer);
    for (const path of [folder, fileOf('model.safetensors')]) {
      const loaded = loadModel(path);
      assert.deepEqual(numbersOf(loaded.params), numbers);
      assert.deepEqual([loaded.tokenizer.vocabSize, loaded.stopIds], [270, [269]]);
      disposeParams(loaded.params);
    }
    disposeParams(params);
    rmSync(fileOf('model.safetensors'));
    assert.throws(
      () => loadModel(folder),
      /expected config\.json, model\.safetensors or one \.gguf file, got none/,
    );
    assert.throws(
      () => loadModel(fileOf('tokenizer.json')),
      /expected a \.gguf or \.safetensors file, or a folder/,
    );
    assert.throws(() => loadModel(fileOf('none')), /Cannot read .*none: there is no such file/);
  });
});
