/** `workbook train`: a model from files of tokens; interrupted, killed or run again, it goes on where it was. */
import { resolve } from 'node:path';
import { duration, progressOf } from '../core/progress.js';
import type { RunReport } from '../train/run/trainLog.js';
import { defineCommand } from './command.js';
import { interruptedStatus, interruptSignal } from './interrupt.js';
import { type StatusLine, statusLine } from './status.js';
import { settingOptions, settingsOf } from './training/settings.js';

export const command = defineCommand({
  name: 'train',
  summary: 'Trains a model on files of tokens; stopped or killed, the same command goes on',
  options: {
    out: { kind: 'text', takes: 'DIR', help: 'The folder of the run: model, tokenizer, checkpoints, log' },
    config: {
      kind: 'text',
      takes: 'FILE',
      help: 'A JSON file with any of the settings below: {"learningRate": 0.001}',
    },
    ...settingOptions,
  },
  examples: [
    'data tokenize books/*.txt --vocab-size 512 --out tokens',
    'train --data tokens --out run --steps 3000',
    'train --out run                          # goes on',
    'train --data tokens --out other --shape llama,nLayer=6,nEmbd=192 --schedule wsd',
    'generate --model run --prompt "It was"',
  ],
  run: async ({ values: { out, config, ...flags } }) => {
    if (out === undefined) throw new Error('Cannot train: name the folder of the run with --out');
    const folder = resolve(out);
    const settings = settingsOf(folder, flags, config);
    const { prepareTraining } = await import('./training/training.js');
    const signal = interruptSignal();
    const status = statusLine();
    try {
      const training = await prepareTraining(folder, settings, status.print);
      status.print(training.backend);
      const last = await follow(training.reports, settings.steps, status, signal);
      status.close();
      process.stdout.write(ending(last, out, settings.steps, signal.aborted));
    } finally {
      status.close();
    }
    return signal.aborted ? interruptedStatus : 0;
  },
});

/** Steps whose loss is shown as one. */
const shown = 20;

/** Shows each step, and says which the last one was. */
async function follow(
  reports: AsyncIterable<RunReport>,
  steps: number,
  status: StatusLine,
  signal: AbortSignal,
): Promise<RunReport | undefined> {
  const start = performance.now();
  let losses: number[] = [];
  let [first, last, validation]: [number, RunReport | undefined, number | undefined] = [
    0,
    undefined,
    undefined,
  ];
  for await (const report of reports) {
    if (!last) first = report.step - 1;
    last = report;
    validation = report.validationLoss ?? validation;
    if (report.skipped === undefined) losses = [...losses, report.loss].slice(-shown);
    else status.print(`step ${report.step} skipped: ${report.skipped}`);
    if (report.validationLoss !== undefined)
      status.print(`step ${report.step}: validation loss ${report.validationLoss.toFixed(4)}`);
    const progress = progressOf(report.step - first, steps - first, (performance.now() - start) / 1000);
    status.update(line(report, { steps, losses, validation, left: progress.secondsLeft }));
    if (signal.aborted) break;
  }
  return last;
}

interface Shown {
  readonly steps: number;
  readonly losses: readonly number[];
  readonly validation: number | undefined;
  readonly left: number | undefined;
}

/** `120/2000 steps (6%), loss 2.345, 35000 tokens/s, 1 min 10 s left, 310 MB`. */
function line({ step, tokensPerSecond }: RunReport, { steps, losses, validation, left }: Shown): string {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return [
    `${step}/${steps} steps (${Math.floor((100 * step) / steps)}%)`,
    `loss ${mean.toFixed(3)}`,
    ...(validation === undefined ? [] : [`validation ${validation.toFixed(3)}`]),
    `${Math.round(tokensPerSecond)} tokens/s`,
    ...(left === undefined ? [] : [`${duration(left)} left`]),
    `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  ].join(', ');
}

function ending(last: RunReport | undefined, out: string, steps: number, stopped: boolean): string {
  if (!last) return `${out}: all ${steps} steps are done; more need --steps\n`;
  if (stopped) return `Stopped behind step ${last.step}; workbook train --out ${out} goes on from there.\n`;
  return `${last.step} steps in ${duration(last.seconds)}, ${last.tokens} tokens: ${out}\n`;
}
