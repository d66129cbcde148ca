/**
 * `npm run bench [-- GROUP …] [--json FILE]`: every benchmark beside its peer, in one run; GROUPs name a few of them.
 * Each group has a process of its own, so that none pays for what another left in memory.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../../dist/core/files.js';
import { measureData } from './data.js';
import { measureEngine } from './engine.js';
import { measureExtractionSets } from './extractionSets.js';
import { measureFinetuning } from './finetuning.js';
import { measureGeneration } from './generation.js';
import { measureKernel } from './kernel.js';
import { measureLoaders } from './loaders.js';
import { measureMatMul } from './matmul.js';
import type { Measurement } from './measurement.js';
import { measureMemory } from './memory.js';
import { measurePolicySteps } from './policy.js';
import { measureReinforcement } from './rl.js';
import { measureSelfPlay } from './selfPlay.js';
import { measureServing } from './serving.js';
import { measureTokenizer } from './tokenizer.js';
import { measureTraining } from './training.js';
import { measureWasm } from './wasm.js';

const groups: Readonly<Record<string, () => Measurement[] | Promise<Measurement[]>>> = {
  engine: measureEngine,
  kernel: measureKernel,
  matmul: measureMatMul,
  training: measureTraining,
  finetuning: measureFinetuning,
  wasm: measureWasm,
  memory: measureMemory,
  generation: measureGeneration,
  policy: measurePolicySteps,
  rl: measureReinforcement,
  selfPlay: measureSelfPlay,
  serving: measureServing,
  tokenizer: measureTokenizer,
  data: measureData,
  extraction: measureExtractionSets,
  loaders: measureLoaders,
};

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in groups));
if (unknown !== undefined) {
  process.stderr.write(`Unknown benchmark "${unknown}": expected ${Object.keys(groups).join(', ')}\n`);
  process.exit(2);
}
const names = Object.keys(groups).filter((name) => positionals.length === 0 || positionals.includes(name));
const rows = names.length === 1 ? await measured(names[0]!) : names.map(measuredElsewhere).join('');
if (values.json) writeFileAtomic(values.json, rows);

/** Prints a group's rows, and gives them as a line of JSON each. */
async function measured(name: string): Promise<string> {
  let rows = '';
  for (const one of await groups[name]!()) {
    const hasRatio = one.peerValue !== undefined && one.note === undefined;
    const row = { ...one, ...(hasRatio && { ratio: one.value / one.peerValue }) };
    console.log(line(row));
    rows += `${JSON.stringify(row)}\n`;
  }
  return rows;
}

function measuredElsewhere(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'rows.jsonl');
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), name, '--json', file];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The benchmark "${name}" failed`);
  const rows = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  return rows;
}

function line({ name, value, unit, peer, peerValue, note, ratio }: Measurement & { ratio?: number }): string {
  const beside =
    peer && peerValue !== undefined
      ? `   ${peer}: ${peerValue.toFixed(1)} ${unit}   ${note ?? `ratio ${ratio?.toFixed(3)}`}`
      : '';
  return `${name.padEnd(44)} ${value.toFixed(1).padStart(8)} ${unit}${beside}`;
}
