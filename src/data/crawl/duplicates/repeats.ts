/**
 * Which things came before, told by their keys: documents by their texts or addresses, lines by their words. Memory is one
 * bit a thing for each way to tell them, and the table of keys.
 */
import { partFile } from '../../../core/files.js';
import type { Repeated, RepeatsJob } from '../jobs.js';
import { eachRepeat } from './keyRuns.js';

/** Most things of a run, as they are numbered with 32 bits. */
const mostThings = 2 ** 32 - 2;

/** Writes a set of bits for each list of keys, set where a thing is a repeat by that key and by none before. */
export function findRepeats({ runs, things, out }: RepeatsJob): Repeated {
  if (things > mostThings)
    throw new RangeError(`Cannot look for repeats: expected at most ${mostThings} of them, got ${things}`);
  const sets: Uint8Array[] = [];
  const repeats: number[] = [];
  for (const some of runs) {
    const bits = new Uint8Array(Math.ceil(things / 8));
    const earlier = [...sets];
    let count = 0;
    const isOut = (thing: number) => earlier.some((set) => (set[thing >>> 3]! & (1 << (thing & 7))) !== 0);
    eachRepeat(
      some,
      (_, later) => {
        bits[later >>> 3]! |= 1 << (later & 7);
        count++;
      },
      { isOut },
    );
    sets.push(bits);
    repeats.push(count);
  }
  const file = partFile(out);
  try {
    for (const bits of sets) file.write(bits);
    return { repeats, ...file.commit() };
  } finally {
    file.discard();
  }
}
