/** What all trainers of this room share: steps one after the other, which can be stopped and gone on with exactly. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom, type Random } from '../../core/random.js';
import { type GptParams, type NamedVariables, namedParams } from '../../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from '../../train/adamW.js';
import { saveCheckpoint } from '../../train/checkpoint.js';
import { dropOld, runFolder, tidyFolder } from '../../train/run/runFolder.js';
import { newestWhole } from '../../train/run/runState.js';
import type { Schedule } from '../../train/schedule.js';

/** How long and how fast a policy learns, and where it is kept. */
export interface AlignRunOptions extends AdamWOptions {
  /** Steps in all, those before a resumption included. */
  readonly steps: number;
  /** A schedule; or the rate that is reached after `warmupSteps` and kept. */
  readonly learningRate: number | Schedule;
  /** Default 0. */
  readonly warmupSteps?: number;
  /** The one source of randomness. */
  readonly random: Random;
  /** Where checkpoints and the model go; what a run left there is gone on with. Default nothing is kept. */
  readonly folder?: string;
  /** Steps between two checkpoints; the last step has one too. Default 50. */
  readonly checkpointEvery?: number;
  /** Of what goes down in proportion to its size; default 0. */
  readonly weightDecay?: number;
}

/** What a step is made with. */
export interface AlignStep {
  /** 1, 2, … */
  readonly step: number;
  readonly optimizer: AdamW;
  readonly learningRate: number;
  readonly random: Random;
}

/** What every step of a trainer reports. */
export interface AlignReport {
  /** 1, 2, … */
  readonly step: number;
  readonly learningRate: number;
  /** Since this call began. */
  readonly seconds: number;
}

/** What a trainer has beside the policy. */
export interface AlignParts<Made> {
  /** Variables that learn too; default none. */
  readonly heads?: NamedVariables;
  /** Makes a step; `undefined` ends the run, and nothing may have been changed then. */
  readonly make: (now: AlignStep) => Made | undefined | Promise<Made | undefined>;
  /** Numbers that the run goes on from; default none. */
  readonly state?: () => { readonly [name: string]: number };
  readonly restore?: (state: { readonly [name: string]: number }) => void;
}

const kept = 2; // checkpoints

/**
 * Runs the steps. `break`, or an error before the step has changed anything, keeps a checkpoint of the last whole step.
 *
 * @throws {RangeError} If the number of steps is no whole number above 0, or the folder is a run of another model.
 * @throws {SyntaxError} If no checkpoint that is there is whole.
 */
export async function* alignRun<Made>(
  policy: GptParams,
  options: AlignRunOptions,
  parts: AlignParts<Made>,
): AsyncGenerator<Made & AlignReport, void, undefined> {
  const { steps, folder, checkpointEvery = 50 } = checked(options);
  const schedule = scheduleOf(options);
  const begun = beginOrGoOn(policy, options, parts);
  const { optimizer, random } = begun;
  let { step } = begun;
  const start = performance.now();
  let whole = { ...stateOf(random, optimizer), step };
  let saved = step;
  const save = () => {
    if (folder !== undefined && whole.step > saved && optimizer.step() === whole.updates)
      keep(policy, { folder, optimizer, ...whole }, parts);
    saved = whole.step;
  };
  try {
    while (step < steps) {
      const learningRate = schedule(step);
      const made = await parts.make({ step: step + 1, optimizer, learningRate, random });
      if (!made) break;
      step += 1;
      whole = { ...stateOf(random, optimizer), step };
      if (step % checkpointEvery === 0) save();
      yield { ...made, step, learningRate, seconds: (performance.now() - start) / 1000 };
      await nextTurn(); // lets figures, messages and interrupts through
    }
  } finally {
    save();
    optimizer.dispose();
  }
}

const stateOf = (random: Random, optimizer: AdamW) => ({
  randomState: random.state(),
  updates: optimizer.step(),
});

function beginOrGoOn<Made>(
  policy: GptParams,
  options: AlignRunOptions,
  { heads, restore }: AlignParts<Made>,
): { readonly optimizer: AdamW; readonly random: Random; readonly step: number } {
  const { folder, random, steps: _, ...adamW } = options;
  const constants = { weightDecay: 0, ...adamW };
  const variables = new Map([...namedParams(policy), ...(heads ?? [])]);
  if (folder !== undefined) {
    tidyFolder(folder);
    const found = newestWhole(policy, { folder, ...constants, ...(heads && { heads }) });
    if (found) {
      if (found.run) restore?.(found.run as { readonly [name: string]: number });
      const goesOn = found.randomState ? createRandom(found.randomState) : random;
      return { optimizer: found.optimizer, random: goesOn, step: found.step };
    }
  }
  return { optimizer: createAdamW(variables, constants), random, step: 0 };
}

interface Whole {
  readonly folder: string;
  readonly optimizer: AdamW;
  readonly randomState: readonly number[];
  readonly step: number;
}

function keep<Made>(
  params: GptParams,
  { folder, optimizer, randomState, step }: Whole,
  { heads = new Map(), state }: AlignParts<Made>,
): void {
  const files = runFolder(folder);
  const run = state?.();
  saveCheckpoint(files.model, { params, heads, step });
  saveCheckpoint(files.checkpoint(step), {
    params,
    heads,
    step,
    optimizer,
    randomState,
    ...(run && { run }),
  });
  dropOld(folder, kept);
}

function scheduleOf({ learningRate, warmupSteps = 0 }: AlignRunOptions): Schedule {
  if (typeof learningRate !== 'number') return learningRate;
  return (step) => learningRate * Math.min(1, (step + 1) / warmupSteps);
}

function checked(options: AlignRunOptions): AlignRunOptions {
  const { steps, checkpointEvery = 1 } = options;
  for (const [name, value] of Object.entries({ steps, checkpointEvery }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`Cannot train: expected ${name} to be a whole number from 1 up, got ${value}`);
  return options;
}
