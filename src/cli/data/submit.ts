/** `workbook data submit`: a run as jobs of a cluster. To submit again is to go on: what is done ends at once. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { writeRecord } from '../../data/crawl/crawlFile.js';
import { beginRun } from '../../data/crawl/filterCrawl.js';
import { layoutOf } from '../../data/crawl/layout.js';
import type { CrawlStage } from '../../data/crawl/meter.js';
import { stateOf } from '../../data/crawl/stages.js';
import { defineCommand } from '../command.js';
import { configOf, namedInputs, recipeOptions } from './options.js';
import { quoted, type SlurmJob, type Submission, slurmJobs, submissionPath } from './slurm.js';

export const command = defineCommand({
  name: 'data submit',
  summary: 'Hands a run to a cluster as array jobs; submitted again, it goes on',
  details: [
    'Writes one script a stage into DIR/slurm and submits them, each to begin when the one before is done. What they do is ' +
      'what workbook data run does; its help says what the stages are and where their defaults come from.',
  ],
  takes: ['INPUT…', 'Files of the crawl, as for data run'],
  options: {
    slurm: { kind: 'flag', help: 'To Slurm, the one that is known' },
    out: { kind: 'text', takes: 'DIR', help: 'The folder of the result' },
    tasks: { kind: 'whole', help: 'How many tasks share the work' },
    inputs: { kind: 'text', takes: 'LIST', help: 'A file that lists more inputs, one a line' },
    ...recipeOptions,
    'at-once': { kind: 'whole', help: 'Tasks that run at once; default as many as there is room for' },
    cpus: { kind: 'whole', default: 1, help: 'Cores of a task' },
    partition: { kind: 'text', takes: 'NAME', help: "sbatch's --partition" },
    time: { kind: 'text', takes: 'LIMIT', help: "sbatch's --time" },
    mem: { kind: 'text', takes: 'SIZE', help: "sbatch's --mem" },
    sbatch: { kind: 'texts', takes: 'OPTION', help: 'Any other option of sbatch: --sbatch=--account=mine' },
    'dry-run': { kind: 'flag', help: 'Writes the scripts and prints what would be submitted' },
    overwrite: { kind: 'flag', help: 'Begins anew where other options were used' },
  },
  examples: ['data submit --slurm crawl/*.warc.gz --out clean --tasks 64'],
  run: ({ values, positionals }) => {
    const { tasks } = values;
    if (!values.slurm) throw new Error('Cannot submit: say to what; --slurm is known');
    if (values.out === undefined) throw new Error('Cannot submit: name the folder of the result with --out');
    if (tasks === undefined) throw new Error('Cannot submit: say with --tasks how many tasks share the work');
    const out = resolve(values.out);
    const config = configOf(values);
    const { overwrite } = values;
    const plan = beginRun(namedInputs(positionals, values.inputs), out, {
      ...(config && { config }),
      ...(values.filters !== undefined && { filters: values.filters }),
      filtersFirst: values['filters-first'],
      overwrite,
    });
    const { minHash } = plan.parameters;
    const jobs = slurmJobs(out, minHash ? minHash.buckets : 0, {
      tasks,
      atOnce: values['at-once'],
      cpus: values.cpus,
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
});

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
