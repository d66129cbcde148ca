/** Feeds a subject with damaged inputs, each within a limit of time, all within a limit of memory. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Told } from './child.js';
import type { SubjectName } from './subjects.js';

/** What became of the inputs. */
export interface Fuzzed {
  /** Read to the end, with or without refusals. */
  readonly read: number;
  /** Inputs of which something was refused. */
  readonly refused: number;
  /** What must not be: crashes, hangs, refusals that do not say where; each with what makes it again. */
  readonly faults: readonly string[];
  /** Most memory of a process. */
  readonly megabytes: number;
}

/** Most memory of JavaScript values in the process, megabytes. */
const heap = 256;

/**
 * Reads `count` damaged inputs of a kind.
 *
 * @param options.seconds Longest time for one input.
 */
export async function fuzz(
  name: SubjectName,
  { seed, count, seconds = 20 }: { readonly seed: number; readonly count: number; readonly seconds?: number },
): Promise<Fuzzed> {
  const faults: string[] = [];
  let [read, refused, megabytes, next] = [0, 0, 0, 0];
  while (next < count && faults.length < 20) {
    const child = fork(
      fileURLToPath(new URL('./child.ts', import.meta.url)),
      [name, String(seed), String(next), String(count)],
      {
        execArgv: ['--import', 'tsx', `--max-old-space-size=${heap}`],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    let [current, errors, isHung, isDone] = [`${name}, seed ${seed}, before input ${next}`, '', false, false];
    let timer: NodeJS.Timeout | undefined;
    const watch = (limit: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isHung = true;
        child.kill('SIGKILL');
      }, limit * 1000);
    };
    watch(120); // the start of a process on a busy machine
    child.stderr?.on('data', (text) => {
      errors = `${errors}${text}`.slice(-2000);
    });
    child.on('message', (told: Told) => {
      if (told.kind === 'start') {
        current = `${name}, seed ${seed}, input ${told.nth} (${told.names})`;
        next = told.nth + 1;
        watch(seconds);
      } else if (told.kind === 'end') {
        read++;
        refused += Number(told.refused > 0);
        megabytes = Math.max(megabytes, told.megabytes);
      } else if (told.kind === 'fault') faults.push(`${current}: ${told.fault}`);
      else isDone = true;
    });
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    if (isHung) faults.push(`${current}: no end within ${seconds} s`);
    else if (!isDone) faults.push(`${current}: the process ended with status ${status}: ${errors}`);
    if (!isDone && next === 0) break; // it does not even start
  }
  return { read, refused, faults, megabytes };
}
