/** Models whose matrices stay as their file stores them, beside the same files read as float32. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isPacked } from '../../../src/backend/ops/packed.js';
import { type PackedType, packedTypes } from '../../../src/backend/ops/packedTypes.js';
import { selectBackend } from '../../../src/backend/select.js';
import { createRandom } from '../../../src/core/random.js';
import { cachedLogits, createCache } from '../../../src/model/cache.js';
import { type GptConfig, llamaConfig } from '../../../src/model/config.js';
import { loadGguf } from '../../../src/model/files/gguf/loadGguf.js';
import { generate, nextLogits } from '../../../src/model/generate.js';
import { logits } from '../../../src/model/gpt.js';
import { copyParams, disposeParams, type GptParams, namedWeights } from '../../../src/model/params.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { createAdamW } from '../../../src/train/adamW.js';
import { backendNames } from '../../backend/backends.js';
import { assertClose, assertNoLeak } from '../../backend/compare.js';
import { mixedText } from '../../tokenizer/samples.js';
import { drawnParams } from './drawnModel.js';
import { ggufBytes, type TensorBytes } from './ggufBytes.js';
import { ggufMetadata, ggufTensors } from './ggufOf.js';

const folder = mkdtempSync(join(tmpdir(), 'packed-gguf-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.gguf');
const tokenizer = trainBpe([mixedText], { vocabSize: 290, split: 'gpt2' });
const sizes = { vocabSize: 290, blockSize: 24, nLayer: 2, nHead: 4, nEmbd: 64 };
const configs: Readonly<Record<string, GptConfig>> = {
  'GPT-2': { ...sizes, tiedHead: false },
  Llama: llamaConfig({ ...sizes, nKvHead: 2, nInner: 96 }),
  'Llama with a tied head': llamaConfig({ ...sizes, nKvHead: 2, nInner: 96, tiedHead: true }),
};
const numbers: Readonly<Record<PackedType, number>> = { Q8_0: 8, Q4_0: 2, Q4_1: 3 };
const ids = tokenizer.encode('A whale is').slice(0, 9);

/** Any digits behind a scale that makes weights of about 0.1. */
function quantised(tensor: TensorBytes, type: PackedType): TensorBytes {
  const random = createRandom(tensor.name.length);
  const { count, bytes, hasLeast } = packedTypes[type];
  const blocks = tensor.lengths.reduce<number>((size, length) => size * Number(length), 1) / count;
  const data = Buffer.from(Array.from({ length: blocks * bytes }, () => random.integer(256)));
  for (let at = 0; at < data.length; at += bytes) {
    data.writeUInt16LE(type === 'Q8_0' ? 0x1400 : 0x2000, at); // 2^-10, 2^-7
    if (hasLeast) data.writeUInt16LE(0xac00, at + 2); // -2^-4
  }
  return { ...tensor, type: numbers[type], bytes: data };
}

/** Writes a model's matrices in types that take turns, but for those of positions. */
function write(config: GptConfig, ...types: readonly PackedType[]): void {
  const params = drawnParams(config);
  const tensors = ggufTensors(params).map((tensor, nth) =>
    tensor.lengths.length === 1 || tensor.name === 'position_embd.weight'
      ? tensor
      : quantised(tensor, types[nth % types.length]!),
  );
  writeFileSync(path, ggufBytes(ggufMetadata(params, tokenizer), tensors));
  disposeParams(params);
}

describe('a GGUF file that stays packed', () => {
  for (const [name, config] of Object.entries(configs))
    for (const types of [['Q8_0'], ['Q4_0'], ['Q4_1'], ['Q4_1', 'Q8_0']] as const)
      it(`${name}, ${types.join(' and ')}: gives the logits of float32 weights on every backend`, async () => {
        write(config, ...types);
        for (const backend of backendNames) {
          await selectBackend({ name: backend });
          const [plain, packed] = [loadGguf(path), loadGguf(path, { packed: true })];
          const want = nextLogits(plain.params, ids);
          assertClose(nextLogits(packed.params, ids), want, 2e-3, backend);
          const cache = createCache(config);
          for (const id of ids.slice(0, -1)) cachedLogits(packed.params, cache, [{ slot: 0, ids: [id] }]);
          const [read] = cachedLogits(packed.params, cache, [{ slot: 0, ids: ids.slice(-1) }]);
          assertClose(read!, want, 2e-3, `${backend}, one by one`);
          for (const { params } of [plain, packed]) disposeParams(params);
        }
      });

  it('takes its file’s room and leaves no tensor behind', async () => {
    await selectBackend();
    write(configs.Llama!, 'Q4_0');
    const { params } = loadGguf(path, { packed: true });
    const weights = [...namedWeights(params).values()];
    const bytes = weights.reduce(
      (sum, weight) => sum + (isPacked(weight) ? weight.bytes.byteLength : 4 * weight.size),
      0,
    );
    assert.ok(bytes < statSync(path).size);
    assert.equal(weights.filter(isPacked).length, 2 + 2 * 5);
    disposeParams(params);
    assertNoLeak(() => {
      const { params } = loadGguf(path, { packed: true });
      logits(params, [ids]).dispose();
      const options = { maxTokens: 3, random: createRandom(1) };
      assert.equal([...generate(params, ids, options)].length, 3);
      disposeParams(params);
    });
  });

  it('is not trained and not copied, and says so', async () => {
    await selectBackend();
    write(configs.Llama!, 'Q4_0');
    const { params } = loadGguf(path, { packed: true });
    const forced = params as unknown as GptParams; // as in a notebook, where nobody checks types
    const reason = /wte\.weight: it is packed; load the model without \{ packed: true \}/;
    assert.throws(() => createAdamW(forced), reason);
    assert.throws(() => copyParams(forced), reason);
    disposeParams(params);
  });
});
