import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams, type GptParams, namedParams } from '../../src/model/params.js';
import { randomBatches } from '../../src/train/batches.js';
import type { BatchSource } from '../../src/train/batchSource.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.js';
import { pretrain } from '../../src/train/pretrain.js';
import { runCheckpoints } from '../../src/train/run/runFolder.js';
import { type RunReport, readTrainLog } from '../../src/train/run/trainLog.js';
import { type TrainRunOptions, trainRun } from '../../src/train/run/trainRun.js';

const root = mkdtempSync(join(tmpdir(), 'run-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

const config = { vocabSize: 27, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 };
const stream = Uint16Array.from({ length: 300 }, (_, at) => (at * at) % 27);
const model = (seed = 1) => createParams(config, createRandom(seed));
const batches = (seed = 2) => randomBatches(stream, { batchSize: 4, length: 8 }, createRandom(seed));
const plan = { steps: 12, learningRate: 1e-2 };

async function run(
  options: Partial<TrainRunOptions> & { readonly folder: string },
  {
    params = model(),
    source = batches(),
    until = Number.POSITIVE_INFINITY,
  }: { readonly params?: GptParams; readonly source?: BatchSource; readonly until?: number } = {},
): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  try {
    for await (const report of trainRun(params, source, { ...plan, ...options })) {
      reports.push(report);
      if (report.step >= until) break;
    }
  } finally {
    disposeParams(params);
  }
  return reports;
}

const lossesOf = (reports: readonly RunReport[]) => reports.map(({ loss }) => loss);

describe('trainRun()', () => {
  before(() => selectBackend({ name: 'wasm' }));

  it('trains as pretrain() does', async () => {
    const params = model();
    const losses: number[] = [];
    for await (const { loss } of pretrain(params, batches(), plan)) losses.push(loss);
    disposeParams(params);
    assert.deepEqual(lossesOf(await run({ folder: newFolder() })), losses);
  });

  it('keeps a checkpoint where its reader breaks, goes on behind it, and does nothing more once it is done', async () => {
    const [whole, folder] = [newFolder(), newFolder()];
    const expected = lossesOf(await run({ folder: whole }));
    const losses = lossesOf(await run({ folder }, { until: 5 }));
    assert.deepEqual(
      runCheckpoints(folder).map(({ step }) => step),
      [5],
    );
    losses.push(...lossesOf(await run({ folder })));
    assert.deepEqual(losses, expected);
    assert.deepEqual(await run({ folder }), []);
    assert.deepEqual(lossesOf(readTrainLog(join(folder, 'log.jsonl'))), expected);
  });

  it('may be made longer where the schedule does not change what was done', async () => {
    const [whole, folder] = [newFolder(), newFolder()];
    const level = { learningRate: () => 1e-2 };
    const expected = lossesOf(await run({ folder: whole, ...level, steps: 20 }));
    await run({ folder, ...level, steps: 9 });
    assert.deepEqual(lossesOf(await run({ folder, ...level, steps: 20 })), expected.slice(9));
  });

  it('keeps the newest few checkpoints, and the best model by its validation', async () => {
    const folder = newFolder();
    const losses = [5, 3, 4, 2, 6, 7, 8];
    const validate = () => losses.shift()!;
    await run({ folder, checkpointEvery: 3, keep: 3, validateEvery: 2, validate });
    assert.deepEqual(
      runCheckpoints(folder).map(({ step }) => step),
      [12, 9, 6],
    );
    const best = loadCheckpoint(join(folder, 'model.safetensors'));
    assert.deepEqual([best.step, best.optimizer], [6, undefined]);
    disposeParams(best.params);
  });

  it('passes over a checkpoint that is damaged for the one before, and says so', async () => {
    const [whole, folder] = [newFolder(), newFolder()];
    const expected = lossesOf(await run({ folder: whole }));
    await run({ folder, checkpointEvery: 4 }, { until: 8 });
    const [newest, older] = runCheckpoints(folder);
    truncateSync(newest!.path, 500);
    const problems: string[] = [];
    const losses = lossesOf(await run({ folder, onProblem: (problem) => problems.push(problem) }));
    assert.deepEqual(losses, expected.slice(4));
    assert.match(problems.join(), /step-00000008\.safetensors.*; the run goes on from step 4$/);
    assert.equal(older!.step, 4);
    for (const { path } of runCheckpoints(folder)) truncateSync(path, 100);
    await assert.rejects(run({ folder }), { name: 'SyntaxError', message: /no checkpoint is whole: / });
  });

  it('refuses a folder that is a run of another model, of other batches, or no run', async () => {
    const folder = newFolder();
    await run({ folder });
    const wider = createParams({ ...config, nEmbd: 32 }, createRandom(1));
    await assert.rejects(run({ folder, steps: 20 }, { params: wider }), {
      name: 'RangeError',
      message: /step-00000012\.safetensors: expected a model of nEmbd 32, got 16/,
    });
    const others = randomBatches(stream.subarray(50), { batchSize: 4, length: 8 }, createRandom(1));
    await assert.rejects(run({ folder, steps: 20 }, { source: others }), /expected windows 242, got 292/);
    const params = model();
    saveCheckpoint(runCheckpoints(folder)[0]!.path, { params });
    disposeParams(params);
    await assert.rejects(run({ folder }), /it was saved without its optimizer/);
  });

  it('refuses settings that are none', async () => {
    for (const field of ['steps', 'accumulate', 'checkpointEvery', 'keep'])
      for (const value of [0, -1, 1.5, Number.NaN])
        await assert.rejects(run({ folder: newFolder(), [field]: value }), {
          message: new RegExp(`expected ${field} to be a whole number from 1 up, got ${value}`),
        });
  });

  it('adds up the gradients of several batches', async () => {
    const folder = newFolder();
    const twos = randomBatches(stream, { batchSize: 2, length: 8 }, createRandom(2));
    const fours = lossesOf(await run({ folder: newFolder() }));
    const reports = await run({ folder, accumulate: 2 }, { source: twos });
    for (const [nth, loss] of lossesOf(reports).entries()) assert.ok(Math.abs(loss - fours[nth]!) < 1e-4);
    assert.equal(reports.at(-1)!.tokens, 12 * 4 * 8);
  });

  it('leaves no tensor behind, however it ends', async () => {
    const held = tf.memory().numTensors;
    const folder = newFolder();
    await run({ folder }, { until: 3 });
    await run({ folder });
    await assert.rejects(run({ folder: newFolder(), learningRate: () => Number.NaN }));
    const unwritable = newFolder();
    mkdirSync(join(unwritable, 'log.jsonl'), { recursive: true });
    await assert.rejects(run({ folder: unwritable }), /Cannot write .*log\.jsonl: .*it is a folder/);
    assert.equal(tf.memory().numTensors, held);
  });
});

/** Batches of which some make the loss infinite or no number. */
function hopeless(isOdd: (nth: number) => boolean): BatchSource {
  const source = batches();
  let nth = 0;
  const next = () => {
    const { value } = source.next();
    const weights = new Array(32).fill(isOdd(++nth) ? Number.POSITIVE_INFINITY : 1); // infinite by infinite is none
    return { done: false as const, value: { ...value, weights } };
  };
  return { ...source, next };
}

describe('a step whose numbers are not finite', () => {
  before(() => selectBackend({ name: 'wasm' }));

  it('is skipped and named, its update left out, and training goes on', async () => {
    const folder = newFolder();
    const params = model();
    const all = () => [...namedParams(params).values()].map((one) => [...one.dataSync()]);
    let before = all();
    for await (const { step, skipped } of trainRun(
      params,
      hopeless((nth) => nth === 3),
      { ...plan, folder },
    )) {
      if (step === 3) {
        assert.match(skipped!, /^the loss is (NaN|Infinity)$/);
        assert.deepEqual(all(), before);
      } else {
        assert.equal(skipped, undefined);
        assert.notDeepEqual(all(), before);
      }
      before = all();
    }
    disposeParams(params);
    const log = readTrainLog(join(folder, 'log.jsonl'));
    assert.deepEqual([log.length, log[2]!.skipped !== undefined, log[2]!.loss], [12, true, Number.NaN]);
    const checkpoint = loadCheckpoint(runCheckpoints(folder)[0]!.path);
    assert.deepEqual([checkpoint.step, checkpoint.optimizer!.step()], [12, 11]);
    checkpoint.optimizer!.dispose();
    disposeParams(checkpoint.params);
  });

  it('ends the run where that is asked for, with its name, and the checkpoint of before is whole', async () => {
    const folder = newFolder();
    const options = { folder, checkpointEvery: 2, onSpike: 'stop' } as const;
    await assert.rejects(run(options, { source: hopeless((nth) => nth === 6) }), {
      name: 'Error',
      message: /^Training stopped at step 6: the loss is (NaN|Infinity); nothing was updated$/,
    });
    assert.deepEqual(runCheckpoints(folder)[0]!.step, 4);
  });

  it('ends the run anyway after ten in a row', async () => {
    const options = { folder: newFolder(), steps: 30 };
    await assert.rejects(run(options, { source: hopeless((nth) => nth > 3) }), {
      message: /^Training stopped at step 14, after 10 in a row that were skipped: the loss is/,
    });
  });
});

describe('a step that leaps', () => {
  before(() => selectBackend({ name: 'wasm' }));
  const options = { steps: 40, learningRate: () => 1e-2, spikes: { window: 16, lossDeviations: 3 } };

  /** The usual batches, with one of nonsense put in as the 30th. */
  function withNonsense(): BatchSource {
    const source = batches();
    let nth = 0;
    const next = () => {
      if (++nth !== 30) return source.next();
      const { value } = batches(99).next();
      return { done: false as const, value: { ...value, targets: new Array(32).fill(5) } }; // never a target else
    };
    return { ...source, next };
  }

  it('is skipped: the run goes on as if its batch had never been', async () => {
    const expected = lossesOf(await run({ folder: newFolder(), ...options, steps: 39 }));
    const reports = await run({ folder: newFolder(), ...options }, { source: withNonsense() });
    const odd = reports.splice(29, 1)[0]!;
    assert.match(
      odd.skipped!,
      /^the loss leaps to [\d.]+, 3\.\d standard deviations above the mean of the last 16 steps$/,
    );
    assert.deepEqual(lossesOf(reports), expected);
  });

  it('is made where nothing is asked of it but to be finite', async () => {
    const reports = await run({ folder: newFolder(), ...options, spikes: false }, { source: withNonsense() });
    assert.ok(reports.every(({ skipped }) => skipped === undefined));
    const expected = lossesOf(await run({ folder: newFolder(), ...options, steps: 39 }));
    assert.notDeepEqual(lossesOf(reports).toSpliced(29, 1), expected);
  });
});

describe('readTrainLog()', () => {
  it('leaves out a last line that is cut short, and names any other that is no report', async () => {
    const path = join(newFolder(), 'log.jsonl');
    await run({ folder: join(path, '..'), steps: 3 });
    appendFileSync(path, '{"step":4,"lo');
    assert.deepEqual(
      readTrainLog(path).map(({ step }) => step),
      [1, 2, 3],
    );
    await run({ folder: join(path, '..'), steps: 5 });
    assert.deepEqual(
      readTrainLog(path).map(({ step }) => step),
      [1, 2, 3, 4, 5],
    );
    writeFileSync(path, `${readFileSync(path, 'utf8').replace('{"step":2', '{"step":"2"')}`);
    assert.throws(
      () => readTrainLog(path),
      /log\.jsonl: expected the report of a step in line 2, got \{"step":"2"/,
    );
    assert.throws(() => readTrainLog(join(path, '..', 'none')), /there is no such file/);
    assert.ok(existsSync(path));
  });
});
