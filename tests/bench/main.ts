/** `npm run bench [-- --json FILE]`: every benchmark beside its peer, in one run. */
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../../src/core/files.js';
import { measureEngine } from './engine.js';
import type { Measurement } from './measurement.js';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const measured = await measureEngine();
const rows = measured.map((one) => ({
  ...one,
  ...(one.peerValue !== undefined && { ratio: one.value / one.peerValue }),
}));
for (const row of rows) console.log(line(row));
if (values.json) writeFileAtomic(values.json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

function line({ name, value, unit, peer, peerValue, ratio }: Measurement & { ratio?: number }): string {
  const beside =
    peer && peerValue !== undefined
      ? `   ${peer}: ${peerValue.toFixed(1)} ${unit}   ratio ${ratio?.toFixed(3)}`
      : '';
  return `${name.padEnd(36)} ${value.toFixed(1).padStart(8)} ${unit}${beside}`;
}
