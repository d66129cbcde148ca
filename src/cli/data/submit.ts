/** `workbook data submit`: a run as jobs of a cluster. To submit again is to go on: what is done ends at once. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../../core/files.js';
import { writeRecord } from '../../data/crawl/crawlFile.js';
import { beginRun } from '../../data/crawl/filterCrawl.js';
import { layoutOf } from '../../data/crawl/layout.js';
import type { CrawlStage } from '../../data/crawl/meter.js';
import { stateOf } from '../../data/crawl/stages.js';
import type { Command } from '../command.js';
import { count, namedInputs, readConfig } from './options.js';
import { quoted, type SlurmJob, type Submission, slurmJobs, submissionPath } from './slurm.js';

export const command: Command = {
  usage:
    'submit --slurm INPUT… --out DIR --tasks N [--inputs LIST] [--config FILE] [--at-once M] [--cpus C] [--partition NAME] [--time LIMIT] [--mem SIZE] [--sbatch OPTION]… [--dry-run] [--overwrite]',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        slurm: { type: 'boolean', default: false },
        out: { type: 'string' },
        tasks: { type: 'string' },
        inputs: { type: 'string' },
        config: { type: 'string' },
        'at-once': { type: 'string' },
        cpus: { type: 'string' },
        partition: { type: 'string' },
        time: { type: 'string' },
        mem: { type: 'string' },
        sbatch: { type: 'string', multiple: true, default: [] },
        'dry-run': { type: 'boolean', default: false },
        overwrite: { type: 'boolean', default: false },
      },
    });
    if (!values.slurm) throw new Error('Cannot submit: say to what; --slurm is known');
    if (values.out === undefined) throw new Error('Cannot submit: name the folder of the result with --out');
    const tasks = count('--tasks', values.tasks, 1);
    if (tasks === undefined) throw new Error('Cannot submit: say with --tasks how many tasks share the work');
    const out = resolve(values.out);
    const config = readConfig(values.config);
    const { overwrite } = values;
    const plan = beginRun(namedInputs(positionals, values.inputs), out, {
      ...(config && { config }),
      overwrite,
    });
    const { minHash } = plan.parameters;
    const jobs = slurmJobs(out, minHash ? minHash.buckets : 0, {
      tasks,
      atOnce: count('--at-once', values['at-once'], 1),
      cpus: count('--cpus', values.cpus, 1) ?? 1,
      more: [
        ...(['partition', 'time', 'mem'] as const).flatMap((name) =>
          values[name] === undefined ? [] : [`--${name}=${values[name]}`],
        ),
        ...values.sbatch,
      ],
    });
    const open = stateOf(plan, layoutOf(out), 1).filter(({ done, total }) => done !== total);
    const left = jobs.filter(({ stage }) => open.some((one) => one.stage === stage));
    for (const { scriptPath, script } of left) writeFileAtomic(scriptPath, script);
    if (left.length === 0) process.stdout.write('All stages are done; nothing is submitted.\n');
    else if (values['dry-run']) dryRun(left);
    else submit(left, out, tasks);
    return 0;
  },
};

function sbatchArgs({ args, scriptPath }: SlurmJob, after: string | undefined): string[] {
  const dependency =
    after === undefined ? [] : [`--dependency=afterok:${after}`, '--kill-on-invalid-dep=yes'];
  return ['--parsable', ...args, ...dependency, scriptPath];
}

function dryRun(jobs: readonly SlurmJob[]): void {
  let after: string | undefined;
  for (const job of jobs) {
    const words = sbatchArgs(job, after).map(quoted).join(' ');
    const variable = job.stage.toUpperCase();
    process.stdout.write(`${variable}=$(sbatch ${words})\n`.replace(/afterok:(\w+)/, 'afterok:$$$1'));
    after = variable;
  }
}

function submit(jobs: readonly SlurmJob[], out: string, tasks: number): void {
  const ids: { [stage in CrawlStage]?: string } = {};
  let after: string | undefined;
  for (const job of jobs) {
    const { status, stdout, stderr, error } = spawnSync('sbatch', sbatchArgs(job, after), {
      encoding: 'utf8',
    });
    const id = /^(\d+)/.exec(stdout ?? '')?.[1];
    if (status !== 0 || id === undefined)
      throw new Error(
        `Cannot submit stage ${job.stage}: ${error?.message ?? (stderr.trim() || `sbatch said "${stdout.trim()}"`)}`,
      );
    ids[job.stage] = id;
    after = id;
    process.stdout.write(`${job.stage}: job ${id}\n`);
  }
  writeRecord(submissionPath(out), { tasks, jobs: ids } satisfies Submission);
}
