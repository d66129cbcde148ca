/** The layers as one call of the native backend, beside the same layers as one operation after the other. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { PackedMatrix } from '../../src/backend/ops/packed.js';
import { type PackedType, packedTypes } from '../../src/backend/ops/packedTypes.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { halfBits } from '../../src/core/half.js';
import { createRandom } from '../../src/core/random.js';
import { cachedLogits, createCache, type NewTokens } from '../../src/model/cache.js';
import { cachedLogProbs } from '../../src/model/cachedLogProbs.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { addLora } from '../../src/model/lora.js';
import {
  createParams,
  disposeParams,
  type GptParams,
  type InferenceParams,
  namedParams,
  paramsFrom,
} from '../../src/model/params.js';
import { createAdamW } from '../../src/train/adamW.js';
import { trainStep } from '../../src/train/step.js';
import { hasCompiler } from '../backend/backends.js';
import { assertClose, assertNoLeak, normal } from '../backend/compare.js';

const sizes = { vocabSize: 70, blockSize: 40, nLayer: 3, nHead: 4, nEmbd: 64 };
const families: Readonly<Record<string, GptConfig>> = {
  'GPT-2': sizes,
  Llama: llamaConfig({ ...sizes, nKvHead: 2, nInner: 96 }),
  'Llama with a tied head': llamaConfig({ ...sizes, nKvHead: 1, tiedHead: true }),
  'layer norm without shifts, rotary and GELU': { ...sizes, bias: false, position: 'rotary' },
  'SwiGLU with biases and a stretched window': {
    ...sizes,
    feedForward: 'swiGlu',
    position: 'rotary',
    rotaryScaling: { factor: 4, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalBlockSize: 20 },
  },
};

/** A model in which every number counts. */
function drawnParams(config: GptConfig): GptParams {
  const random = createRandom(3);
  const params = createParams(config, random);
  tf.tidy(() => {
    for (const variable of namedParams(params).values())
      variable.assign(normal(variable.shape, random).mul(0.15).add(variable));
  });
  return params;
}

/** The same model with every matrix packed. */
function packedParams(config: GptConfig, type: PackedType): InferenceParams {
  const random = createRandom(4);
  const { bytes: blockBytes, hasLeast } = packedTypes[type];
  const half = (value: number) => halfBits(new Uint32Array(Float32Array.of(value).buffer)[0]!);
  const packed = (shape: readonly [number, number]): PackedMatrix => {
    const bytes = new Uint8Array(((shape[0] * shape[1]) / 32) * blockBytes);
    for (let at = 0; at < bytes.length; at++) bytes[at] = random.integer(256);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += blockBytes) {
      view.setUint16(at, half(random.normal() * (type === 'Q8_0' ? 0.002 : 0.03)), true);
      if (hasLeast) view.setUint16(at + 2, half(random.normal() * 0.05), true);
    }
    return { type, shape, bytes };
  };
  const isTable = (name: string) => name === 'wte.weight' || name === 'lm_head.weight';
  return paramsFrom(config, (name, shape) => {
    if (shape.length === 1 || name === 'wpe.weight')
      return normal([...shape], random)
        .mul(0.3)
        .add(0.5);
    const [rows, columns] = shape as readonly [number, number];
    return packed(isTable(name) ? [rows, columns] : [columns, rows]);
  });
}

const kernelName = 'FusedProgram';

/** What `run` gives by one operation after the other. */
function composed<Result>(run: () => Result): Result {
  const kernel = tf.getKernel(kernelName, 'native');
  tf.unregisterKernel(kernelName, 'native');
  try {
    return run();
  } finally {
    tf.registerKernel(kernel);
  }
}

/** Reads texts in these pieces of them, and gives all logits. */
function readInPieces(
  params: InferenceParams,
  texts: readonly (readonly number[])[],
  cuts: readonly number[],
): Float32Array[] {
  const cache = createCache(params.config, texts.length);
  const logits: Float32Array[] = [];
  for (let nth = 0; nth + 1 < cuts.length; nth++) {
    const pieces: NewTokens[] = texts.flatMap((text, slot) => {
      const ids = text.slice(cuts[nth]!, cuts[nth + 1]!);
      return ids.length > 0 ? [{ slot, ids }] : [];
    });
    if (pieces.length > 0) logits.push(...cachedLogits(params, cache, pieces));
  }
  return logits;
}

/** As many texts, from 1 to 40 tokens long, no two alike. */
function textsOf(count: number): number[][] {
  const random = createRandom(count);
  return Array.from({ length: count }, (_, nth) =>
    Array.from({ length: 1 + ((nth * 11 + 39) % 40) }, () => random.integer(sizes.vocabSize)),
  );
}

const oneByOne = Array.from({ length: 41 }, (_, nth) => nth);

function assertSame(params: InferenceParams, tolerance: number): void {
  for (const count of [1, 8, 32]) {
    for (const cuts of [oneByOne, [0, 40], [0, 1, 8, 25, 26, 40]]) {
      const run = () => readInPieces(params, textsOf(count), cuts);
      const [got, want] = [run(), composed(run)];
      assert.equal(got.length, want.length);
      for (const [nth, logits] of got.entries())
        assertClose(logits, want[nth]!, tolerance, `${count}: ${nth}`);
    }
  }
}

if (hasCompiler) {
  describe('the layers in one call', () => {
    before(async () => {
      await selectBackend({ name: 'native' });
    });

    for (const [family, config] of Object.entries(families)) {
      it(`say to 1e-5 what the operations say one by one: ${family}, 1, 8 and 32 texts, in pieces`, () => {
        const params = drawnParams(config);
        assertSame(params, 1e-5);
        disposeParams(params);
      });
    }

    for (const type of Object.keys(packedTypes) as PackedType[]) {
      for (const family of ['GPT-2', 'Llama']) {
        it(`say the same with matrices in ${type}: ${family}`, () => {
          const params = packedParams(families[family]!, type);
          assertSame(params, 1e-5);
          disposeParams(params);
        });
      }
    }

    it('score given tokens as the operations do one by one', () => {
      for (const config of Object.values(families)) {
        const params = drawnParams(config);
        const run = () =>
          cachedLogProbs(
            params,
            createCache(config, 8),
            textsOf(8).map((ids, slot) => ({
              slot,
              ids,
              targets: ids.map((id) => (id % 7 === 0 ? -1 : id)),
            })),
          );
        const [got, want] = [run(), composed(run)];
        for (const [nth, logProbs] of got.entries()) assertClose(logProbs, want[nth]!, 1e-5);
        disposeParams(params);
      }
    });

    it('see what training and assignments have made of the parameters since the last token', () => {
      const params = drawnParams(sizes);
      const optimizer = createAdamW(params);
      const next = () => cachedLogits(params, createCache(sizes), [{ slot: 0, ids: [1, 2, 3] }])[0]!;
      const seen = [next()];
      const batch = { batchSize: 1, length: 3, inputs: [1, 2, 3], targets: [2, 3, 4] };
      trainStep(params, batch, optimizer, 1e-2);
      seen.push(next());
      tf.tidy(() => params.finalNorm.gain.assign(params.finalNorm.gain.mul(2)));
      seen.push(next());
      assertClose(seen[2]!, composed(next), 1e-5);
      for (const [nth, logits] of seen.slice(1).entries())
        assert.ok(Math.abs(logits[5]! - seen[nth]![5]!) > 1e-3, `${nth}`);
      optimizer.dispose();
      disposeParams(params);
    });

    it('are used, leave no tensor behind, and are not there for adapters', () => {
      const params = drawnParams(sizes);
      const adapted = addLora(params, { rank: 2, random: createRandom(1) });
      const kernel = tf.getKernel(kernelName, 'native');
      let calls = 0;
      tf.unregisterKernel(kernelName, 'native');
      const kernelFunc: typeof kernel.kernelFunc = (call) => {
        calls++;
        return kernel.kernelFunc(call);
      };
      tf.registerKernel({ ...kernel, kernelFunc });
      const read = (model: InferenceParams) => readInPieces(model, textsOf(3), [0, 5, 6]);
      assertNoLeak(() => read(params));
      assert.ok(calls >= 4);
      const before = calls;
      assertNoLeak(() => read(adapted));
      assert.equal(calls, before);
      tf.unregisterKernel(kernelName, 'native');
      tf.registerKernel(kernel);
      for (const model of [params, adapted]) disposeParams(model);
    });

    it('say so where the parameters are disposed', () => {
      const params = drawnParams(sizes);
      disposeParams(params);
      assert.throws(() => readInPieces(params, [[1, 2]], [0, 2]), /its parameters are disposed/);
    });
  });
}
