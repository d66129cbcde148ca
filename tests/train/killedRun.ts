/**
 * A training run as a process of its own, for tests that end it: `killedRun.ts FOLDER BACKEND [DEATH NTH]`. With a death it
 * ends itself, as `kill -9` would, in the middle of the nth write to a checkpoint (`write`), before the nth checkpoint
 * gets its name (`rename`), or in the middle of the nth line of the log (`log`).
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [folder, backend, death, nth] = process.argv.slice(2);

const paths = new Map<number, string>();
let met = 0;

/** Ends the process at the nth place of the kind, after `half` of its work. */
function dieAt(kind: string, half: () => void): void {
  if (kind !== death || ++met !== Number(nth)) return;
  half();
  process.kill(process.pid, 'SIGKILL');
}

const { openSync, writeSync, writeFileSync, renameSync } = fs;
const kindOf = (path: string) =>
  path.includes('.safetensors') ? 'write' : path.includes('log.jsonl') ? 'log' : '';
Object.assign(fs, {
  openSync: (path: string, flags: string, ...rest: []) => {
    const file = openSync(path, flags, ...rest);
    paths.set(file, path);
    return file;
  },
  writeSync: (file: number, bytes: Uint8Array, ...rest: []) => {
    dieAt(kindOf(paths.get(file) ?? ''), () => writeSync(file, bytes, 0, bytes.length >> 1));
    return writeSync(file, bytes, ...rest);
  },
  writeFileSync: (path: string, content: Uint8Array) => {
    dieAt(kindOf(path), () => writeFileSync(path, content.subarray(0, content.length >> 1)));
    writeFileSync(path, content);
  },
  renameSync: (from: string, to: string) => {
    if (to.includes('step-')) dieAt('rename', () => {});
    renameSync(from, to);
  },
});
syncBuiltinESMExports();

const { selectBackend } = await import('../../dist/backend/select.js');
const { createRandom } = await import('../../dist/core/random.js');
const { evaluateLoss } = await import('../../dist/evaluate/bits.js');
const { createParams } = await import('../../dist/model/params.js');
const { randomBatches, sequentialBatches } = await import('../../dist/train/batches.js');
const { epochBatches } = await import('../../dist/train/epochBatches.js');
const { mixedBatches } = await import('../../dist/train/mixedBatches.js');
const { openShards } = await import('../../dist/train/shards/openShards.js');
const { writeShard } = await import('../../dist/train/shards/writeShards.js');
const { trainRun } = await import('../../dist/train/run/trainRun.js');

await selectBackend({ name: backend! });
const text = 'the quick brown fox jumps over the lazy dog and runs away '.repeat(20);
const stream = Uint16Array.from(text, (letter) => (letter === ' ' ? 26 : letter.charCodeAt(0) - 97));
const shard = join(folder!, `shard-${process.pid}.bin`);
writeShard(shard, stream, { vocabSize: 27 });

const one = { batchSize: 1, length: 16 };
const batches = mixedBatches(
  [
    { batches: epochBatches(openShards([shard], { vocabSize: 27 }), one, createRandom(2)), weight: 3 },
    { batches: randomBatches(stream, one, createRandom(3)), weight: 1 },
  ],
  { batchSize: 4 },
  createRandom(4),
);
const config = { vocabSize: 27, blockSize: 16, nLayer: 1, nHead: 2, nEmbd: 32 };
const params = createParams(config, createRandom(1));
const options = {
  folder: folder!,
  steps: 100,
  learningRate: 1e-2,
  warmupSteps: 10,
  accumulate: 2,
  checkpointEvery: 9,
  validateEvery: 10,
  validate: () =>
    evaluateLoss(params, sequentialBatches(stream, { batchSize: 8, length: 16, maxBatches: 1 })),
  spikes: { window: 8, lossDeviations: 1.7, gradientDeviations: 2 }, // so narrow that some steps are passed over
};
for await (const { step } of trainRun(params, batches, options)) process.stdout.write(`${step}\n`);
