/**
 * How long the engine takes to be ready, and to run a trivial cell, before and after a large import. Medians, in
 * fresh processes; stock tslab beside it where it is installed.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CellHost, startCellHost } from '../../dist/kernel/cellHost.js';
import { type Measurement, median } from './measurement.js';
import { tslabTimes } from './tslab.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-engine-')); // tfjs is found from our own package;

export async function measureEngine(): Promise<Measurement[]> {
  const ready: number[] = [];
  const trivial: number[] = [];
  const afterTfjs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const host = await startCellHost(folder);
    ready.push(performance.now() - start);
    await cell(host, '1 + 1');
    for (let n = 0; n < 40; n++) trivial.push(await cell(host, `const x${n}: number = ${n}; x${n}`));
    await cell(host, "import * as tf from '@tensorflow/tfjs'; tf.version.tfjs");
    for (let n = 0; n < 40; n++) afterTfjs.push(await cell(host, `const y${n}: number = ${n}; y${n}`));
    host.stop();
  }
  const peer = await tslabTimes(3, 10);
  const name = 'tslab 1.0.22';
  return [
    { name: 'engine: start to ready', value: median(ready), unit: 'ms', peer: name, peerValue: peer.ready },
    { name: 'engine: trivial cell', value: median(trivial), unit: 'ms', peer: name, peerValue: peer.trivial },
    {
      name: 'engine: trivial cell after tfjs',
      value: median(afterTfjs),
      unit: 'ms',
      peer: name,
      peerValue: peer.afterTfjs,
    },
  ];
}

async function cell(host: CellHost, source: string): Promise<number> {
  const start = performance.now();
  const result = await host.execute(source, { milliseconds: 60_000, send: () => {} });
  if (result.type !== 'done' || !result.outcome.ok)
    throw new Error(`The cell ${source} failed: ${JSON.stringify(result)}`);
  return performance.now() - start;
}
