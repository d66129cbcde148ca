/**
 * What one more token costs early and late in a text, and how many tokens a second come out one by one and from 32
 * texts together; untrained models, on the backend that is chosen by default or by `WORKBOOK_BACKEND`.
 */
import { cachedAttention } from '../../dist/backend/ops/cachedAttention.js';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { cachedLogits, createCache } from '../../dist/model/cache.js';
import type { GptConfig } from '../../dist/model/config.js';
import { generate, generateBatch } from '../../dist/model/generate.js';
import { createParams, disposeParams, type GptParams } from '../../dist/model/params.js';
import { tf } from '../../src/backend/tf.js';
import { type Measurement, median } from './measurement.js';
import { measurePretrained } from './pretrained.js';

const sizes: readonly GptConfig[] = [
  { vocabSize: 1024, blockSize: 1024, nLayer: 4, nHead: 4, nEmbd: 128 },
  { vocabSize: 1024, blockSize: 1024, nLayer: 6, nHead: 6, nEmbd: 384 },
];
const [early, late] = [10, 1000];

export async function measureGeneration(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const untrained = sizes.flatMap((config) => {
    const params = createParams(config, createRandom(1));
    const title = `generation, ${name}, ${config.nLayer} x ${config.nEmbd}`;
    const rows = [...tokenCosts(params, title), speed(params, title)];
    disposeParams(params);
    return rows;
  });
  return [...untrained, ...(await measurePretrained())];
}

/** A token at position 1,000 beside one at 10: in all, in attention alone, and without attention. */
function tokenCosts(params: GptParams, title: string): Measurement[] {
  const [allLate, allEarly] = medianTimes(late, early, oneToken(params));
  const [ownLate, ownEarly] = medianTimes(late, early, attentionAlone(params));
  const row = (what: string, value: number, peerValue: number): Measurement => ({
    name: `${title}: token ${late}, ${what}`,
    value,
    unit: 'ms',
    peer: `token ${early}`,
    peerValue,
  });
  return [
    row('in all', allLate, allEarly),
    row('attention', ownLate, ownEarly),
    row('the rest', allLate - ownLate, allEarly - ownEarly),
  ];
}

function oneToken(params: GptParams): (position: number) => void {
  const cache = createCache(params.config);
  return (position) => {
    cache.lengths[0] = position;
    cachedLogits(params, cache, [{ slot: 0, ids: [1] }]);
  };
}

/** Attention in all layers, keys and values written and tensors read and made as in the model. */
function attentionAlone({ config }: GptParams): (position: number) => void {
  const { layers, capacity } = createCache(config);
  const [slots, counts] = [Int32Array.of(0), Int32Array.of(1)];
  return (position) =>
    tf.tidy(() => {
      const qkv = tf.ones<tf.Rank.R3>([1, 1, 3 * config.nEmbd]);
      const places = { slots, starts: Int32Array.of(position), counts };
      for (const layer of layers)
        cachedAttention(qkv, layer, places, { nHead: config.nHead, nKvHead: config.nHead, capacity });
    });
}

/** Both in turn, so that neither has the quieter machine; the first rounds, which compile, are left out. */
function medianTimes(one: number, other: number, run: (position: number) => void): [number, number] {
  const times = Array.from({ length: 80 }, () => [timeOf(() => run(one)), timeOf(() => run(other))] as const);
  const warm = times.slice(40);
  return [median(warm.map(([time]) => time)), median(warm.map(([, time]) => time))];
}

/** 64 tokens after prompts of 16, from 32 texts together, beside one text after the other. */
function speed(params: GptParams, title: string): Measurement {
  const prompts = Array.from({ length: 32 }, (_, row) => Array.from({ length: 16 }, (_, nth) => row + nth));
  const together = () => generateBatch(params, prompts, { maxTokens: 64, random: createRandom(1) });
  const alone = () => [...generate(params, prompts[0]!, { maxTokens: 64, random: createRandom(0) })];
  const rate = (tokens: number, run: () => void) =>
    (1000 * tokens) / median([1, 2, 3].map(() => timeOf(run)));
  return {
    name: `${title}: at batch 32`,
    value: rate(32 * 64, together),
    unit: 'tokens/s',
    peer: 'one by one',
    peerValue: rate(64, alone),
  };
}

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
