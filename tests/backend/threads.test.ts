import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultThreads } from '../../src/backend/native/threads.js';

/** A machine whose files are these, and no others. */
const machine =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string =>
    files[path] ?? '';

describe('defaultThreads()', () => {
  it('is the number of cores where no group limits the processor time', () => {
    assert.equal(defaultThreads(machine({}), 8), 8);
    const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' };
    assert.equal(defaultThreads(machine(files), 8), 8);
  });

  it('is no more than the cores that a container’s quota pays for, a part of one counted as one', () => {
    for (const [limit, threads] of [
      ['200000 100000', 2],
      ['150000 100000', 2],
      ['20000 100000', 1],
      ['1600000 100000', 8],
    ] as const) {
      const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': `${limit}\n` };
      assert.equal(defaultThreads(machine(files), 8), threads, limit);
    }
  });

  it('heeds the limits of the groups above', () => {
    const files = {
      '/proc/self/cgroup': '0::/slurm/job_7/step_0\n',
      '/sys/fs/cgroup/slurm/job_7/step_0/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/slurm/job_7/cpu.max': '300000 100000\n',
      '/sys/fs/cgroup/slurm/cpu.max': '6400000 100000\n',
    };
    assert.equal(defaultThreads(machine(files), 8), 3);
  });

  it('reads version 1 as well, where the container sees its group as the root', () => {
    const quota = (microseconds: string) => ({
      '/proc/self/cgroup': '5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': `${microseconds}\n`,
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    assert.equal(defaultThreads(machine(quota('400000')), 8), 4);
    assert.equal(defaultThreads(machine(quota('-1')), 8), 8);
  });
});
