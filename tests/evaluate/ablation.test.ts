import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import {
  type AblationOptions,
  type AblationRun,
  ablation,
  type Variant,
} from '../../src/evaluate/ablation.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { assertClose } from '../backend/compare.js';

const random = createRandom(1);
const pick = (list: readonly string[]): string => list[random.integer(list.length)]!;
const sentence = (): string =>
  `the ${pick(['whale', 'ship', 'old man', 'sea'])} ${pick(['dived', 'sailed on', 'was calm', 'came home'])}.`;
const noise = (): string =>
  Array.from({ length: 20 }, () => String.fromCharCode(33 + random.integer(90))).join('');
const texts = (count: number, make: () => string): string[] => Array.from({ length: count }, make);
const variants: readonly Variant[] = [
  { name: 'noise', texts: texts(100, noise) },
  { name: 'half', texts: [...texts(50, sentence), ...texts(50, noise)] },
  { name: 'clean', texts: texts(100, sentence) },
];
const config: AblationOptions = {
  model: { blockSize: 16, nLayer: 1, nHead: 1, nEmbd: 16 },
  training: { steps: 40, learningRate: 0.02, batchSize: 4 },
  tokenizer: byteTokenizer(),
  heldOut: texts(20, sentence),
  seeds: [1, 2],
};

async function runsOf(options: Partial<AblationOptions> = {}): Promise<AblationRun[]> {
  const runs: AblationRun[] = [];
  for await (const run of ablation(variants, { ...config, ...options })) runs.push(run);
  return runs;
}

describe('ablation()', () => {
  let runs: AblationRun[];
  before(async () => {
    await selectBackend({ name: 'wasm' });
    runs = await runsOf();
  });

  it('finds that noise is worse to learn from than half of it, and that worse than none, with every seed', () => {
    assert.deepEqual(
      runs.map(({ variant, seed }) => `${variant} ${seed}`),
      ['noise 1', 'half 1', 'clean 1', 'noise 2', 'half 2', 'clean 2'],
    );
    for (const seed of config.seeds) {
      const [bad, half, good] = runs.filter((run) => run.seed === seed).map((run) => run.bitsPerByte);
      assert.ok(bad! > half! + 0.1 && half! > good! + 0.1, `${bad}, ${half}, ${good}`);
    }
  });

  it('gives the same for the same seed, whatever was run before', async () => {
    assert.deepEqual(await runsOf({ seeds: [2] }), runs.slice(3));
  });

  it('starts all variants alike: without training each needs about log2 V bits for a byte', async () => {
    const training = { ...config.training, steps: 1, learningRate: 0 };
    const heldOut = [texts(20, sentence).join(' ')]; // one text, since what parts texts costs bits and has no bytes
    const bits = (await runsOf({ training, heldOut, seeds: [1] })).map((run) => run.bitsPerByte);
    assert.deepEqual(bits, [bits[0], bits[0], bits[0]]);
    assertClose([bits[0]!], [Math.log2(257)], 0.05);
  });

  it('counts how often the text was read', () => {
    assert.equal(runs[0]!.passes, (40 * 4 * 16) / (100 * 21));
  });

  it('leaves no tensor behind, where it is stopped either', async () => {
    const few = { seeds: [1], training: { ...config.training, steps: 3 } };
    const before = tf.memory().numTensors;
    for await (const _ of ablation(variants, { ...config, ...few })) break;
    await runsOf(few);
    assert.equal(tf.memory().numTensors, before);
  });

  it('says so where texts are too short, or there is nothing to part them with', async () => {
    await assert.rejects(runsOf({ heldOut: ['short'] }), {
      name: 'RangeError',
      message: 'Cannot cut windows of 16 tokens: the stream has 6, one more is needed',
    });
    const tokenizer = { ...byteTokenizer(), specialTokens: new Map<string, number>() };
    await assert.rejects(runsOf({ tokenizer }), {
      name: 'RangeError',
      message: 'Cannot compare training data: the tokenizer has no <|endoftext|>',
    });
  });
});
