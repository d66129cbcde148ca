/**
 * nanoGPT's small setting for a CPU (4 layers, 4 heads, 128 wide, context 64, batch 12, characters) beside PyTorch: the same
 * weights, the same batches, the same rates.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { readCorpus } from '../../src/data/corpora/corpora.js';
import { type GptConfig, llamaConfig } from '../../src/model/config.js';
import { createParams, disposeParams } from '../../src/model/params.js';
import { randomBatches } from '../../src/train/batches.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { trainRun } from '../../src/train/run/trainRun.js';
import { cosineSchedule } from '../../src/train/schedule.js';
import { openShards } from '../../src/train/shards/openShards.js';
import { writeShard } from '../../src/train/shards/writeShards.js';
import { backendNames } from '../backend/backends.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';

const steps = 50;
const sizes = { vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 };
const families: { readonly [name: string]: GptConfig } = {
  'GPT-2': sizes,
  Llama: llamaConfig({ ...sizes, nKvHead: 2, nInner: 344 }),
};
/** nanoGPT's rates, with a warm-up that the fifty steps see the end of. */
const learningRate = cosineSchedule({ steps: 2000, learningRate: 1e-3, warmupSteps: 25 });

/** The first letters of Moby-Dick; all but the 64 most common are one. */
function characters(): Uint16Array {
  const text = readCorpus('moby-dick')
    .map((document) => document.text)
    .join('')
    .slice(0, 200_000);
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const common = [...counts].sort(([, one], [, other]) => other - one).slice(0, 64);
  const ids = new Map(common.map(([letter], id) => [letter, id]));
  return Uint16Array.from(text, (letter) => ids.get(letter) ?? 64);
}

const backend = backendNames.at(-1)!; // the fastest here; that the others agree is tested elsewhere

withPeers(import.meta.filename, () => {
  const folder = mkdtempSync(join(tmpdir(), 'training-'));
  after(() => rmSync(folder, { recursive: true }));
  const shard = join(folder, 'moby.bin');
  writeShard(shard, characters(), { vocabSize: 65 });
  const batches = (batchSize: number) =>
    randomBatches(openShards([shard], { vocabSize: 65 }), { batchSize, length: 64 }, createRandom(5));

  for (const [family, config] of Object.entries(families))
    describe(family, () => {
      const model = () => createParams(config, createRandom(1));
      let theirs: { readonly losses: number[]; readonly norms: number[] };
      before(async () => {
        await selectBackend({ name: 'cpu' });
        const file = join(folder, 'model.safetensors');
        const params = model();
        saveCheckpoint(file, { params });
        disposeParams(params);
        const source = batches(12);
        const rows = (ids: ArrayLike<number>) =>
          Array.from({ length: 12 }, (_, row) => Array.from(ids).slice(64 * row, 64 * (row + 1)));
        const drawn = Array.from({ length: steps }, () => source.next().value);
        theirs = askPython('trainingPeer.py', {
          file,
          batches: drawn.map(({ inputs, targets }) => ({ inputs: rows(inputs), targets: rows(targets) })),
          rates: drawn.map((_, step) => learningRate(step)),
        });
      });

      before(() => selectBackend({ name: backend }));
      for (const accumulate of [1, 3])
        it(`has the losses of PyTorch to 1e-3 in fifty steps on ${backend}, with its batch in ${accumulate}`, async () => {
          const params = model();
          const [losses, norms]: [number[], number[]] = [[], []];
          const options = {
            folder: join(folder, `${family}-${accumulate}`),
            steps,
            learningRate,
            accumulate,
          };
          for await (const { loss, gradNorm } of trainRun(params, batches(12 / accumulate), options)) {
            losses.push(loss);
            norms.push(gradNorm);
          }
          disposeParams(params);
          assertClose(losses, theirs.losses, 1e-3 / 5, 'losses'); // of at most 5 nats
          assertClose(norms, theirs.norms, 1e-2, 'norms');
        });
    });
});
