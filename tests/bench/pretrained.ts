/**
 * SmolLM2-135M from its packed GGUF file beside llama.cpp, on two threads each: tokens a second that are read, and that
 * are written one by one. Both lie where `npm run test:peers` puts them; without them there is nothing to measure.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { cachedLogits, createCache } from '../../dist/model/cache.js';
import { loadGguf } from '../../dist/model/files/gguf/loadGguf.js';
import { generate } from '../../dist/model/generate.js';
import { disposeParams, type InferenceParams } from '../../dist/model/params.js';
import { smolLm2File } from '../peers/llama.js';
import { type Measurement, median } from './measurement.js';
import { startOwnPeer } from './peer.js';

const threads = 2;
const rounds = 3;

/** What both do, and how many tokens of it count. */
interface Task {
  readonly task: 'read' | 'write';
  readonly name: string;
  readonly ids: readonly number[];
  readonly length: number;
}

const ids = (length: number) => Array.from({ length }, (_, nth) => 1000 + 37 * nth);
const tasks: readonly Task[] = [
  { task: 'read', name: 'a prompt of 512 tokens', ids: ids(512), length: 512 },
  { task: 'write', name: '64 tokens after 32', ids: ids(32), length: 64 },
];

export async function measurePretrained(): Promise<Measurement[]> {
  if (!existsSync(smolLm2File)) return [];
  const { name: backend } = await selectBackend({ threads });
  const { params } = loadGguf(smolLm2File, { packed: true });
  const llama = await startOwnPeer('llamaPeer.mjs', [dirname(smolLm2File), smolLm2File, String(threads)]);
  const rows: Measurement[] = [];
  for (const task of tasks) {
    const [own, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      own.push(timeOf(params, task));
      theirs.push((await llama.ask(task))[0]!);
    }
    const speed = (times: number[]) => (1000 * task.length) / median(times.slice(1)); // the first compiles
    const title = `SmolLM2-135M, packed, ${backend}, ${threads} threads: ${task.name}`;
    rows.push({
      name: title,
      value: speed(own),
      unit: 'tokens/s',
      peer: 'llama.cpp',
      peerValue: speed(theirs),
    });
  }
  llama.stop();
  disposeParams(params);
  return rows;
}

/** Milliseconds; of what is written, behind the first token, which the prompt is read for. */
function timeOf(params: InferenceParams, { task, ids, length }: Task): number {
  let start = performance.now();
  if (task === 'read') {
    cachedLogits(params, createCache(params.config, 1, ids.length), [{ slot: 0, ids }]);
    return performance.now() - start;
  }
  let made = 0;
  for (const _ of generate(params, ids, { maxTokens: length + 1, temperature: 0, random: createRandom(1) }))
    if (made++ === 0) start = performance.now();
  return performance.now() - start;
}
