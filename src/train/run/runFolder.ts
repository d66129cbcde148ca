/** Where the checkpoints of a run lie, and which of them it goes on from. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeParts } from '../../core/files.js';

/** A checkpoint of a run. */
export interface RunCheckpoint {
  readonly path: string;
  /** Steps done. */
  readonly step: number;
}

/** The files of a run. */
export interface RunFolder {
  /** One line a step. */
  readonly log: string;
  /** What the run is for: the model with the lowest validation loss so far, or else the last, without its optimizer. */
  readonly model: string;
  /** Where the checkpoint after a step belongs. */
  readonly checkpoint: (step: number) => string;
}

/** The names of a run's files. */
export const runFolder = (folder: string): RunFolder => ({
  log: join(folder, 'log.jsonl'),
  model: join(folder, 'model.safetensors'),
  checkpoint: (step) => join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}.safetensors`),
});

/**
 * The checkpoints in the folder of a run, the newest first. There are none where no run has begun.
 *
 * @example
 * runCheckpoints('nowhere') // []
 */
export function runCheckpoints(folder: string): RunCheckpoint[] {
  const inside = join(folder, 'checkpoints');
  const names = existsSync(inside) ? readdirSync(inside) : [];
  return names
    .flatMap((name) => {
      const [, step] = /^step-(\d{8,15})\.safetensors$/.exec(name) ?? [];
      return step === undefined ? [] : [{ path: join(inside, name), step: Number(step) }];
    })
    .sort((one, other) => other.step - one.step);
}

/** Makes the folders of a run, and takes away what a killed process left half-written there. */
export function tidyFolder(folder: string): void {
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  for (const each of [folder, join(folder, 'checkpoints')]) removeParts(each);
}

/** Leaves the newest few checkpoints. */
export function dropOld(folder: string, keep: number): void {
  for (const { path } of runCheckpoints(folder).slice(keep)) rmSync(path, { force: true });
}
