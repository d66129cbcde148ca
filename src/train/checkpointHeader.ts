/** What a checkpoint's header says of the training that it is from, beside the tensors. */
import type { TensorFile } from '../model/files/tensorFile.js';

/** How far the training was. */
export interface TrainingHeader {
  readonly step: number;
  readonly randomState?: readonly number[];
  readonly run?: { readonly [name: string]: unknown };
  /** Of the optimizer; fewer than steps where some were skipped. */
  readonly updates: number;
}

/** Reads the header. @throws {SyntaxError} If a value is damaged; the message names the file. */
export function readTraining(file: TensorFile<string>): TrainingHeader {
  const [run, randomState] = [readRun(file), readRandom(file)];
  return {
    step: readCount(file, 'step'),
    updates: readCount(file, file.metadata.has('updates') ? 'updates' : 'step'), // older files had one in each step
    ...(run && { run }),
    ...(randomState && { randomState }),
  };
}

/** Training would end at once, without a word, at a step that is no number. */
function readCount({ path, metadata }: TensorFile<string>, name: 'step' | 'updates'): number {
  const written = metadata.get(name);
  const count = Number(written?.trim() || Number.NaN);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new SyntaxError(
    `Cannot load ${path}: expected ${name} to be a whole number, got ${JSON.stringify(written) ?? 'none'}`,
  );
}

function readRun({ path, metadata }: TensorFile<string>): TrainingHeader['run'] {
  const written = metadata.get('run');
  if (written === undefined) return undefined;
  try {
    const run: unknown = JSON.parse(written);
    if (typeof run === 'object' && run !== null && !Array.isArray(run)) return run as TrainingHeader['run'];
  } catch {} // said below
  throw new SyntaxError(`Cannot load ${path}: expected run to be a JSON object, got ${written.slice(0, 60)}`);
}

function readRandom({ path, metadata }: TensorFile<string>): readonly number[] | undefined {
  const written = metadata.get('random');
  if (written === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(written);
    if (Array.isArray(state) && state.every(Number.isInteger)) return state;
  } catch {} // said below
  throw new SyntaxError(`Cannot load ${path}: expected random to be a list of numbers, got ${written}`);
}
