import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readSafetensors } from '../../src/model/files/safetensors.js';
import { runCheckpoints } from '../../src/train/run/runFolder.js';
import { readTrainLog } from '../../src/train/run/trainLog.js';
import { backendNames } from '../backend/backends.js';

const root = mkdtempSync(join(tmpdir(), 'killed-run-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

/** What a run leaves that must not depend on what happened to it. */
function leftBy(folder: string) {
  const [last] = runCheckpoints(folder);
  const { tensors, metadata } = readSafetensors(last!.path);
  const { seconds: _, ...run } = JSON.parse(metadata.run!) as { seconds: number };
  const log = readTrainLog(join(folder, 'log.jsonl'));
  return {
    step: last!.step,
    tensors: [...tensors].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]),
    metadata: { ...metadata, run },
    log: log.map(({ seconds: _, tokensPerSecond: __, ...report }) => report),
    best: readFileSync(join(folder, 'model.safetensors')).toString('base64'),
  };
}

const backend = backendNames.at(-1)!; // the fastest here

describe(`a run on ${backend} that is killed and started again`, () => {
  const script = join(import.meta.dirname, '../train/killedRun.ts');
  const start = (folder: string, ...death: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', script, folder, backend, ...death], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const ended = async (child: ChildProcess) => {
    child.stdout?.resume();
    const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal ?? status;
  };
  /** Kills it from outside once it has said that a step is done: it is then within one of the next. */
  const killedAfter = async (child: ChildProcess, step: number) => {
    child.stdout?.on('data', (text: Buffer) => {
      if (
        text
          .toString()
          .split('\n')
          .some((line) => Number(line) >= step)
      )
        child.kill('SIGKILL');
    });
    return ended(child);
  };

  it('ends bit for bit as one that was left alone: parameters, optimizer, batches, log and best model', async () => {
    const [alone, often] = [newFolder(), newFolder()];
    assert.equal(await ended(start(alone)), 0);
    assert.equal(await killedAfter(start(often), 5), 'SIGKILL'); // before the first checkpoint
    assert.equal(await ended(start(often, 'write', '6')), 'SIGKILL');
    assert.equal(await ended(start(often, 'rename', '2')), 'SIGKILL');
    assert.ok(readdirSync(join(often, 'checkpoints')).some((name) => name.endsWith('.part')));
    assert.equal(await ended(start(often, 'log', '17')), 'SIGKILL');
    assert.equal(await killedAfter(start(often), 61), 'SIGKILL');
    assert.equal(await ended(start(often)), 0);
    const [expected, got] = [leftBy(alone), leftBy(often)];
    assert.equal(expected.step, 100);
    assert.deepEqual(
      expected.log.map(({ step }) => step),
      Array.from({ length: 100 }, (_, nth) => nth + 1),
    );
    assert.ok(expected.log.some(({ skipped }) => skipped)); // the run has what makes it hard
    assert.deepEqual(got, expected);
    const files = [...readdirSync(often), ...readdirSync(join(often, 'checkpoints'))];
    assert.deepEqual(
      files.filter((name) => name.endsWith('.part') && !name.includes('shard')),
      [],
    );
  });
});
