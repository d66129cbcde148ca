/**
 * A model on disk, and with it all that training needs to go on as if it had never stopped. One safetensors file:
 * the weights under GPT-2's names, the optimizer's means behind `adamw.`, the rest as text in the header.
 */
import { peek } from '../backend/peek.js';
import { tf } from '../backend/tf.js';
import { fullConfig, type GptConfig } from '../model/config.js';
import { configIn, paramsIn, tensorIn } from '../model/files/checkpointFile.js';
import { openSafetensors, type TensorToWrite, writeSafetensors } from '../model/files/safetensors.js';
import { checkTensor, type TensorFile } from '../model/files/tensorFile.js';
import { disposeParams, type GptParams, type NamedVariables, namedParams } from '../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from './adamW.js';
import { readTraining } from './checkpointHeader.js';

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
  /** What else a run goes on from, as JSON. */
  readonly run?: { readonly [name: string]: unknown };
}

/**
 * Writes a checkpoint, a tensor at a time, under a temporary name until it is complete. Nothing in it is disposed.
 *
 * @example
 * saveCheckpoint('model.safetensors', { params, step: 500 });
 * [...readSafetensors('model.safetensors').tensors.keys()].length // 16
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  const { params, heads = [], step = 0, optimizer, randomState, run } = checkpoint;
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, variable] of [...namedParams(params), ...heads]) tensors.set(name, stored(variable));
  for (const [name, { mean, square }] of optimizer?.moments() ?? []) {
    tensors.set(`adamw.mean.${name}`, stored(mean)).set(`adamw.square.${name}`, stored(square));
  }
  const metadata = {
    format: 'pt',
    config: JSON.stringify(params.config),
    step: String(step),
    ...(optimizer && { updates: String(optimizer.step()) }), // fewer than steps where some were skipped
    ...(randomState && { random: JSON.stringify(randomState) }),
    ...(run && { run: JSON.stringify(run) }),
  };
  writeSafetensors(path, { tensors, metadata });
}

/** A checkpoint that was read. */
type LoadedCheckpoint = Checkpoint & Required<Pick<Checkpoint, 'step' | 'heads'>>;

/**
 * Reads a checkpoint, a tensor at a time. The caller frees `params` with `disposeParams`, the variables of `heads` and, where there is one,
 * `optimizer`.
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
  const { updates, ...training } = readTraining(file);
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
    if (trained.length > 0) optimizer = createAdamW(new Map(trained), { ...adamW, step: updates });
    for (const [name, moments] of optimizer?.moments() ?? []) fillMoments(name, moments, file);
    return { params, heads, ...training, ...(optimizer && { optimizer }) };
  } catch (error) {
    optimizer?.dispose();
    for (const head of heads.values()) head.dispose();
    disposeParams(params);
    throw error;
  }
}

/** Into what a checkpoint is read. */
export interface RestoreOptions {
  /** The optimizer's constants, which are not in the file; default those of `createAdamW`. */
  readonly adamW?: AdamWOptions;
  /** Variables beside the model that were saved with it and learn with it; default none. */
  readonly heads?: NamedVariables;
}

/**
 * Reads a checkpoint into a model that is there, and makes the optimizer that goes on with it, which the caller disposes.
 *
 * @throws {SyntaxError} If the file is damaged, or is not a checkpoint; the message names the file and the tensor.
 * @throws {RangeError} If it is of a model of another shape, or was saved without its optimizer; nothing is changed then.
 */
export function restoreCheckpoint(
  path: string,
  params: GptParams,
  options: RestoreOptions = {},
): { readonly optimizer: AdamW } & Required<Pick<Checkpoint, 'step'>> &
  Pick<Checkpoint, 'run' | 'randomState'> {
  const file = openSafetensors(path);
  try {
    return restore(file, params, options);
  } finally {
    file.close();
  }
}

function restore(file: TensorFile<string>, params: GptParams, { adamW = {}, heads }: RestoreOptions) {
  const { path } = file;
  checkSameShape(path, configIn(file), params.config);
  const { step, updates, run, randomState } = readTraining(file);
  const named = new Map([...namedParams(params), ...(heads ?? [])]);
  if (![...named.keys()].every((name) => file.tensors.has(`adamw.mean.${name}`)))
    throw new RangeError(`Cannot go on from ${path}: it was saved without its optimizer`);
  for (const [name, { shape }] of named)
    for (const kind of ['', 'adamw.mean.', 'adamw.square.']) checkTensor(file, `${kind}${name}`, shape);
  const optimizer = createAdamW(named, { ...adamW, step: updates });
  try {
    for (const [name, variable] of named) fill(variable, name, file);
    for (const [name, moments] of optimizer.moments()) fillMoments(name, moments, file);
    return { optimizer, step, ...(run && { run }), ...(randomState && { randomState }) };
  } catch (error) {
    optimizer.dispose();
    throw error;
  }
}

function fillMoments(
  name: string,
  { mean, square }: { readonly mean: tf.Variable; readonly square: tf.Variable },
  file: TensorFile,
): void {
  fill(mean, `adamw.mean.${name}`, file);
  fill(square, `adamw.square.${name}`, file);
}

function checkSameShape(path: string, saved: GptConfig, wanted: GptConfig): void {
  const [got, expected] = [fullConfig(saved), fullConfig(wanted)];
  const names = [wanted, saved, got, expected].flatMap((config) => Object.keys(config)); // said before implied
  const fields = new Set(names) as Set<keyof GptConfig>;
  const differs = [...fields].find((field) => JSON.stringify(got[field]) !== JSON.stringify(expected[field]));
  if (differs === undefined) return;
  const [theirs, own] = [got[differs], expected[differs]].map((value) => JSON.stringify(value) ?? 'none');
  throw new RangeError(`Cannot go on from ${path}: expected a model of ${differs} ${own}, got ${theirs}`);
}

const stored = (variable: tf.Variable): TensorToWrite => ({
  shape: variable.shape,
  data: () => peek(variable),
});

/** Copies a tensor of the file into a variable. */
function fill(variable: tf.Variable, name: string, file: TensorFile): void {
  const values = tensorIn(file, name, variable.shape);
  variable.assign(values);
  values.dispose();
}
