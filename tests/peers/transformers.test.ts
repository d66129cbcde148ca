import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { readSafetensors } from '../../src/model/files/safetensors.js';
import { logits } from '../../src/model/gpt.js';
import { disposeParams } from '../../src/model/params.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';
import { answers, ids, llama, randomParams } from './randomModel.js';

const { rotaryScaling: _, ...plainLlama } = llama;

withPeers(import.meta.filename, () => {
  const fileOf = answers();

  test("GPT2LMHeadModel takes our checkpoint under GPT-2's names, tensor for tensor, and gives our logits", async () => {
    await selectBackend();
    const params = randomParams();
    saveCheckpoint(fileOf('model'), { params });
    const question = { file: fileOf('model'), ids, answer: fileOf('answer') };
    const loaded = askPython<{ missing: string[]; unexpected: string[] }>('transformersPeer.py', question);
    assert.deepEqual(loaded, { missing: ['lm_head.weight'], unexpected: [] }); // the head is the embedding again
    const own = logits(params, ids);
    const theirs = readSafetensors(fileOf('answer')).tensors.get('logits')!;
    assert.deepEqual(own.shape, theirs.shape);
    assertClose(own.dataSync<'float32'>(), theirs.data, 1e-4, 'logits');
    own.dispose();
    disposeParams(params);
  });

  for (const [window, shape] of Object.entries({ stretched: llama, plain: plainLlama }))
    test(`LlamaForCausalLM gives our logits from our weights, with a ${window} window`, async () => {
      await selectBackend();
      const params = randomParams(shape);
      saveCheckpoint(fileOf('llama'), { params });
      const question = { file: fileOf('llama'), ids, answer: fileOf('llamaAnswer') };
      const loaded = askPython<{ missing: string[]; unexpected: string[] }>('transformersPeer.py', question);
      assert.deepEqual(loaded, { missing: [], unexpected: [] });
      const own = logits(params, ids);
      const theirs = readSafetensors(fileOf('llamaAnswer')).tensors.get('logits')!;
      assertClose(own.dataSync<'float32'>(), theirs.data, 1e-4, 'logits');
      own.dispose();
      disposeParams(params);
    });
});
