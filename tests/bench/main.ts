/**
 * `npm run bench [-- GROUP …] [--json FILE]`: every benchmark beside its peer, in one run; GROUPs name a few of them.
 */
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../../src/core/files.js';
import { measureData } from './data.js';
import { measureEngine } from './engine.js';
import { measureGeneration } from './generation.js';
import { measureKernel } from './kernel.js';
import { measureLoaders } from './loaders.js';
import { measureMatMul } from './matmul.js';
import type { Measurement } from './measurement.js';
import { measureMemory } from './memory.js';
import { measureTokenizer } from './tokenizer.js';
import { measureTraining } from './training.js';
import { measureWasm } from './wasm.js';

const groups: Readonly<Record<string, () => Promise<Measurement[]>>> = {
  engine: measureEngine,
  kernel: measureKernel,
  matmul: measureMatMul,
  training: measureTraining,
  wasm: measureWasm,
  memory: measureMemory,
  generation: measureGeneration,
  tokenizer: measureTokenizer,
  data: measureData,
  loaders: measureLoaders,
};

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in groups));
if (unknown !== undefined) {
  process.stderr.write(`Unknown benchmark "${unknown}": expected ${Object.keys(groups).join(', ')}\n`);
  process.exit(2);
}
const rows: (Measurement & { ratio?: number })[] = [];
for (const [name, measure] of Object.entries(groups)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const one of await measure()) {
    const row = { ...one, ...(one.peerValue !== undefined && { ratio: one.value / one.peerValue }) };
    console.log(line(row));
    rows.push(row);
  }
}
if (values.json) writeFileAtomic(values.json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

function line({ name, value, unit, peer, peerValue, ratio }: Measurement & { ratio?: number }): string {
  const beside =
    peer && peerValue !== undefined
      ? `   ${peer}: ${peerValue.toFixed(1)} ${unit}   ratio ${ratio?.toFixed(3)}`
      : '';
  return `${name.padEnd(44)} ${value.toFixed(1).padStart(8)} ${unit}${beside}`;
}
