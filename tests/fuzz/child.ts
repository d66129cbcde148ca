/** Reads damaged inputs one after the other in a process of its own, and tells of each before and after. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../src/core/random.js';
import { mutated } from './mutate.js';
import { type Subject, type SubjectName, subjects } from './subjects.js';

/** What the child tells. */
export type Told =
  | { readonly kind: 'start'; readonly nth: number; readonly names: string }
  | { readonly kind: 'end'; readonly refused: number; readonly megabytes: number }
  | { readonly kind: 'fault'; readonly nth: number; readonly fault: string }
  | { readonly kind: 'done' };

const [name, seed, from, to] = process.argv.slice(2);
const tell = (told: Told) => process.send?.(told);
const subject: Subject = subjects[name as SubjectName];
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const seeds = await subject.seeds(folder);
const path = join(folder, 'input.bin');
for (const { bytes, packed } of seeds) {
  writeFileSync(path, packed ? gzipSync(bytes) : bytes);
  if ((await subject.read(path)) > 0 && !subject.isMixed) throw new Error(`a valid ${name} is refused`);
}
for (let nth = Number(from); nth < Number(to); nth++) {
  const random = createRandom(1_000_003 * Number(seed) + nth);
  const { bytes, packed } = seeds[random.integer(seeds.length)]!;
  const input = mutated(bytes, random);
  tell({ kind: 'start', nth, names: input.names });
  writeFileSync(path, packed ? gzipSync(input.bytes) : input.bytes);
  try {
    const refused = await subject.read(path);
    tell({ kind: 'end', refused, megabytes: process.resourceUsage().maxRSS / 1024 });
  } catch (error) {
    tell({ kind: 'fault', nth, fault: String(error instanceof Error ? error.stack : error) });
  }
}
tell({ kind: 'done' });
process.disconnect?.();
