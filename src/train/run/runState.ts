/** Where a run stands: out of its newest checkpoint that is whole, and back into one. */
import { rmSync } from 'node:fs';
import type { GptParams } from '../../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from '../adamW.js';
import type { BatchSource, BatchState } from '../batchSource.js';
import { type RestoreOptions, restoreCheckpoint, saveCheckpoint } from '../checkpoint.js';
import { dropOld, type RunCheckpoint, runCheckpoints, runFolder, tidyFolder } from './runFolder.js';
import { type SpikeDetector, type SpikeOptions, type SpikeState, spikeDetector } from './spikeDetector.js';

/** How far a run has come. */
export interface Standing {
  /** Steps done. */
  readonly step: number;
  /** Tokens seen. */
  readonly tokens: number;
  /** Since it began, without the time in between. */
  readonly seconds: number;
  /** Steps in a row, up to the last, that were passed over. */
  readonly skipped: number;
  /** The lowest validation loss so far, and after which step. */
  readonly best: { readonly step: number; readonly loss: number } | undefined;
}

/** What a run works with. */
export interface Running {
  readonly params: GptParams;
  readonly batches: BatchSource;
  readonly optimizer: AdamW;
  readonly spikes: SpikeDetector | undefined;
}

/** What is needed to begin. */
export interface BeginOptions extends AdamWOptions {
  readonly folder: string;
  readonly spikes?: SpikeOptions | false;
  readonly onProblem?: (problem: string) => void;
}

/** What a checkpoint of a run says beside the model. */
interface Kept extends Standing {
  readonly batches: BatchState;
  readonly spikes?: SpikeState;
}

/**
 * Reads the newest checkpoint that is whole into the model and the batches, or begins at step 0 where there is none.
 *
 * @throws {SyntaxError} If there are checkpoints and none is whole, or the batches are others.
 * @throws {RangeError} If the checkpoint is of another model.
 */
export function beginOrGoOn(
  params: GptParams,
  batches: BatchSource,
  options: BeginOptions,
): { readonly running: Running; readonly standing: Standing } {
  const { folder, spikes = {} } = options;
  tidyFolder(folder);
  const found = newestWhole(params, options);
  const detector = (state?: SpikeState) => (spikes === false ? undefined : spikeDetector(spikes, state));
  if (!found) {
    const standing = { step: 0, tokens: 0, seconds: 0, skipped: 0, best: undefined };
    return {
      running: { params, batches, optimizer: createAdamW(params, options), spikes: detector() },
      standing,
    };
  }
  const { optimizer, step } = found;
  try {
    const kept = keptIn(found);
    batches.restore(kept.batches);
    const { tokens, seconds, skipped, best } = kept;
    const running = { params, batches, optimizer, spikes: detector(kept.spikes) };
    return { running, standing: { step, tokens, seconds, skipped, best } };
  } catch (error) {
    optimizer.dispose();
    throw error;
  }
}

/** Where checkpoints are looked for, and into what they are read. */
type NewestOptions = AdamWOptions &
  Pick<BeginOptions, 'folder' | 'onProblem'> &
  Pick<RestoreOptions, 'heads'>;

/** A checkpoint of a run that has been read. */
type Restored = ReturnType<typeof restoreCheckpoint> & Pick<RunCheckpoint, 'path'>;

/**
 * Reads the newest checkpoint that can be read, and removes newer ones that cannot.
 *
 * @returns What it says, and the optimizer, which the caller disposes; `undefined` where there is no checkpoint.
 * @throws {SyntaxError} If there are checkpoints and none is whole.
 * @throws {RangeError} If it is of a model of another shape, or was saved without its optimizer; nothing is changed then.
 */
export function newestWhole(
  params: GptParams,
  { folder, onProblem, heads, ...adamW }: NewestOptions,
): Restored | undefined {
  const damaged: { readonly path: string; readonly problem: string }[] = [];
  for (const { path } of runCheckpoints(folder)) {
    try {
      const restored = restoreCheckpoint(path, params, { adamW, ...(heads && { heads }) });
      for (const one of damaged) {
        onProblem?.(`${one.problem}; the run goes on from step ${restored.step}`);
        rmSync(one.path, { force: true });
      }
      return { path, ...restored };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      damaged.push({ path, problem: error.message });
    }
  }
  const [first] = damaged;
  if (first) throw new SyntaxError(`Cannot go on in ${folder}: no checkpoint is whole: ${first.problem}`);
  return undefined;
}

function keptIn({ path, run }: Pick<Restored, 'path' | 'run'>): Omit<Kept, 'step'> {
  const { tokens, seconds, skipped, batches } = (run ?? {}) as Partial<Kept>;
  const numbers = [tokens, seconds, skipped].every((value) => typeof value === 'number' && value >= 0);
  if (numbers && typeof batches === 'object' && batches !== null) return run as unknown as Kept;
  throw new RangeError(`Cannot go on from ${path}: it is not the checkpoint of a run`);
}

/** Writes the checkpoint of a run, and removes the oldest ones. */
export function keepCheckpoint(
  folder: string,
  keep: number,
  { params, batches, optimizer, spikes }: Running,
  { step, ...standing }: Standing,
): void {
  const run = { ...standing, batches: batches.state(), ...(spikes && { spikes: spikes.state() }) };
  saveCheckpoint(runFolder(folder).checkpoint(step), { params, step, optimizer, run });
  dropOld(folder, keep);
}
