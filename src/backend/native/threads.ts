/** How many threads the kernels use where nobody says. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * As many as there are cores for this process, but no more than the processor time that its container may use, in
 * cores: threads beyond that only wait for each other.
 *
 * @param read Reads a file's text; '' where there is none.
 */
export function defaultThreads(
  read: (path: string) => string = textOf,
  cores = availableParallelism(),
): number {
  return Math.max(1, Math.min(cores, Math.ceil(quota(read))));
}

/** Processor time in cores that Linux's control groups allow; infinite where they set no limit. */
function quota(read: (path: string) => string): number {
  let least = Number.POSITIVE_INFINITY;
  for (const line of read('/proc/self/cgroup').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined) continue;
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    for (const group of withParents(path!)) {
      least = Math.min(least, controllers === '' ? newQuota(group, read) : oldQuota(group, read));
    }
  }
  return least;
}

/** A group is bound by the limits of those that it lies in. Inside a container its own may be seen as the root. */
function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...withParents(parent)];
}

/** Version 2: `cpu.max` holds microseconds, or `max`, and the period that they are for. */
function newQuota(group: string, read: (path: string) => string): number {
  const [time, period] = read(join('/sys/fs/cgroup', group, 'cpu.max'))
    .split(/\s+/)
    .map(Number);
  return cores(time, period);
}

/** Version 1: the same in two files; -1 is no limit. */
function oldQuota(group: string, read: (path: string) => string): number {
  const folder = join('/sys/fs/cgroup/cpu', group);
  return cores(
    Number(read(join(folder, 'cpu.cfs_quota_us'))),
    Number(read(join(folder, 'cpu.cfs_period_us'))),
  );
}

const cores = (time = 0, period = 0): number =>
  time > 0 && period > 0 ? time / period : Number.POSITIVE_INFINITY;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
