/**
 * A model on disk, and with it all that training needs to go on as if it had never stopped. One safetensors file:
 * the weights under GPT-2's names, the optimizer's means behind `adamw.`, the rest as text in the header.
 */
import * as tf from '@tensorflow/tfjs';
import { configIn, paramsIn, tensorIn } from '../model/files/checkpointFile.js';
import { openSafetensors, type TensorToWrite, writeSafetensors } from '../model/files/safetensors.js';
import type { TensorFile } from '../model/files/tensorFile.js';
import { disposeParams, type GptParams, type NamedVariables, namedParams } from '../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly params: GptParams;
  /** Variables beside the model, a reward head for one, under names of the caller's; default none. */
  readonly heads?: NamedVariables;
  /** Training steps done; default 0. */
  readonly step?: number;
  /** Left out of a model that is finished. */
  readonly optimizer?: AdamW;
  /** `random.state()` of the batches, so that the next one is the one that would have come. */
  readonly randomState?: readonly number[];
}

/**
 * Writes a checkpoint, a tensor at a time, under a temporary name until it is complete. Nothing in it is disposed.
 *
 * @example
 * saveCheckpoint('model.safetensors', { params, step: 500 });
 * [...readSafetensors('model.safetensors').tensors.keys()].length // 16
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  const { params, heads = [], step = 0, optimizer, randomState } = checkpoint;
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, variable] of [...namedParams(params), ...heads]) tensors.set(name, stored(variable));
  for (const [name, { mean, square }] of optimizer?.moments() ?? []) {
    tensors.set(`adamw.mean.${name}`, stored(mean)).set(`adamw.square.${name}`, stored(square));
  }
  const random = randomState ? { random: JSON.stringify(randomState) } : {};
  const metadata = { format: 'pt', config: JSON.stringify(params.config), step: String(step), ...random };
  writeSafetensors(path, { tensors, metadata });
}

/** A checkpoint that was read. */
type LoadedCheckpoint = Checkpoint & Required<Pick<Checkpoint, 'step' | 'heads'>>;

/**
 * Reads a checkpoint, a tensor at a time. The caller frees `params` with `disposeParams`, the variables of `heads` and,
 * where there is one, `optimizer`.
 *
 * @param options.adamW The optimizer's constants, which are not in the file; default those of `createAdamW`.
 * @throws {SyntaxError} If the file is damaged, or is not a checkpoint; the message names the file and the tensor.
 *
 * @example
 * saveCheckpoint('model.safetensors', { params, step: 500 });
 * const loaded = loadCheckpoint('model.safetensors');
 * loaded.step // 500
 * disposeParams(loaded.params);
 */
export function loadCheckpoint(
  path: string,
  { adamW = {} }: { readonly adamW?: AdamWOptions } = {},
): LoadedCheckpoint {
  const file = openSafetensors(path);
  try {
    return readCheckpoint(file, adamW);
  } finally {
    file.close();
  }
}

function readCheckpoint(file: TensorFile<string>, adamW: AdamWOptions): LoadedCheckpoint {
  const config = configIn(file);
  const step = readStep(file);
  const random = readRandom(file);
  const params = paramsIn(file, config);
  const named = namedParams(params);
  const heads = new Map<string, tf.Variable>();
  let optimizer: AdamW | undefined;
  try {
    for (const [name, { shape }] of file.tensors)
      if (!named.has(name) && !name.startsWith('adamw.'))
        heads.set(
          name,
          tf.tidy(() => tf.variable(tf.tensor(file.read(name), [...shape], 'float32'))),
        );
    const trained = [...named, ...heads].filter(([name]) => file.tensors.has(`adamw.mean.${name}`));
    if (trained.length > 0) optimizer = createAdamW(new Map(trained), { ...adamW, step });
    for (const [name, { mean, square }] of optimizer?.moments() ?? []) {
      fill(mean, `adamw.mean.${name}`, file);
      fill(square, `adamw.square.${name}`, file);
    }
    return {
      params,
      heads,
      step,
      ...(optimizer ? { optimizer } : {}),
      ...(random ? { randomState: random } : {}),
    };
  } catch (error) {
    optimizer?.dispose();
    for (const head of heads.values()) head.dispose();
    disposeParams(params);
    throw error;
  }
}

/** Training would end at once, without a word, at a step that is no number. */
function readStep({ path, metadata }: TensorFile<string>): number {
  const written = metadata.get('step');
  const step = Number(written?.trim() || Number.NaN);
  if (Number.isSafeInteger(step) && step >= 0) return step;
  throw new SyntaxError(
    `Cannot load ${path}: expected step to be a whole number, got ${JSON.stringify(written) ?? 'none'}`,
  );
}

function readRandom({ path, metadata }: TensorFile<string>): readonly number[] | undefined {
  const random = metadata.get('random');
  if (random === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(random);
    if (Array.isArray(state) && state.every(Number.isInteger)) return state;
  } catch {} // said below
  throw new SyntaxError(`Cannot load ${path}: expected random to be a list of numbers, got ${random}`);
}

const stored = (variable: tf.Variable): TensorToWrite => ({
  shape: variable.shape,
  data: () => variable.dataSync<'float32'>(),
});

/** Copies a tensor of the file into a variable. */
function fill(variable: tf.Variable, name: string, file: TensorFile): void {
  const values = tensorIn(file, name, variable.shape);
  variable.assign(values);
  values.dispose();
}
