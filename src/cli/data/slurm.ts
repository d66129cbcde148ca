/** The jobs of a run under Slurm: one array of tasks a stage, each after the one before it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecord } from '../../data/crawl/crawlFile.js';
import { type CrawlStage, crawlStages } from '../../data/crawl/meter.js';

/** What is asked of Slurm. */
export interface SlurmOptions {
  /** Tasks of the stages that work file by file. */
  readonly tasks: number;
  /** Tasks that run at once; as many as there is room for where it is missing. */
  readonly atOnce: number | undefined;
  /** Cores, and so threads, of a task. */
  readonly cpus: number;
  /** More of sbatch's options, such as `--partition=long`. */
  readonly more: readonly string[];
}

/** A stage as a job. */
export interface SlurmJob {
  readonly stage: CrawlStage;
  readonly scriptPath: string;
  readonly script: string;
  /** What sbatch gets before the path of the script, but for the dependency. */
  readonly args: readonly string[];
}

/** What was submitted last. */
export interface Submission {
  readonly tasks: number;
  readonly jobs: { readonly [stage in CrawlStage]?: string };
}

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const submissionPath = (out: string): string => join(out, 'slurm', 'submission.json');

/** Which tasks the last submission has; `undefined` where there was none. */
export const readSubmission = (out: string): Submission | undefined =>
  readRecord<Submission>(submissionPath(out));

/** The jobs of all stages. */
export function slurmJobs(out: string, buckets: number, options: SlurmOptions): SlurmJob[] {
  const { tasks, atOnce, cpus, more } = options;
  const shares: { readonly [stage in CrawlStage]: number } = {
    filter: tasks,
    keys: tasks,
    exact: 1,
    signatures: tasks,
    buckets: Math.max(1, Math.min(tasks, buckets)),
    clusters: 1,
    lineKeys: tasks,
    lines: 1,
    finish: tasks,
  };
  return crawlStages.map((stage) => ({
    stage,
    scriptPath: join(out, 'slurm', `${stage}.sh`),
    script: scriptOf(out, stage, shares[stage], cpus),
    args: [
      `--job-name=crawl-${stage}`,
      `--array=0-${shares[stage] - 1}${atOnce === undefined ? '' : `%${atOnce}`}`,
      `--cpus-per-task=${cpus}`,
      `--output=${join(out, 'slurm', `${stage}-%A_%a.log`).replace(/%(?!A_%a\.log$|a\.log$)/g, '%%')}`,
      ...more,
    ],
  }));
}

function scriptOf(out: string, stage: CrawlStage, tasks: number, cpus: number): string {
  const words = [
    process.execPath,
    main,
    'data',
    'run',
    '--out',
    out,
    '--stage',
    stage,
    '--tasks',
    `${tasks}`,
  ];
  const command = [...words, '--workers', `${cpus}`].map(quoted).join(' ');
  return `#!/bin/sh\n# Stage "${stage}" of a crawl; the array's number is the rank.\nexec ${command} --rank "$SLURM_ARRAY_TASK_ID"\n`;
}

/** A word that a shell takes as it is. */
export const quoted = (word: string): string =>
  /^[\w./:=,%+@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

export { submissionPath };
