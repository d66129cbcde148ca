/**
 * A model on disk, and with it all that training needs to go on as if it had never stopped. One safetensors file:
 * the weights under GPT-2's names, the optimizer's means behind `adamw.`, the rest as text in the header.
 */
import * as tf from '@tensorflow/tfjs';
import { checkGptConfig, fullConfig, type GptConfig } from '../model/config.js';
import {
  disposeParams,
  type GptParams,
  type NamedVariables,
  namedParams,
  paramShapes,
  paramsFrom,
} from '../model/params.js';
import {
  readSafetensors,
  type SafetensorsFile,
  type StoredTensor,
  writeSafetensors,
} from '../model/safetensors.js';
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
  /** What else a run goes on from, as JSON. */
  readonly run?: { readonly [name: string]: unknown };
}

/**
 * Writes a checkpoint in one piece. Nothing in it is disposed.
 *
 * @example
 * saveCheckpoint('model.safetensors', { params, step: 500 });
 * [...readSafetensors('model.safetensors').tensors.keys()].length // 16
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  const { params, heads = [], step = 0, optimizer, randomState, run } = checkpoint;
  const tensors = new Map<string, StoredTensor>();
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

/**
 * Reads a checkpoint. The caller frees `params` with `disposeParams`, the variables of `heads` and, where there is one,
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
): Checkpoint & Required<Pick<Checkpoint, 'step' | 'heads'>> {
  const file = readSafetensors(path);
  const config = readConfig(path, file);
  const step = readCount(path, file, 'step');
  const updates = readUpdates(path, file);
  const run = readRun(path, file);
  const random = readRandom(path, file);
  for (const [name, shape] of paramShapes(config)) valuesOf(name, shape, { path, file }); // before any memory is taken
  const params = paramsFrom(config, (name, shape) => tensorIn(name, shape, { path, file }));
  const named = namedParams(params);
  const heads = new Map<string, tf.Variable>();
  let optimizer: AdamW | undefined;
  try {
    for (const [name, { shape, data }] of file.tensors)
      if (!named.has(name) && !name.startsWith('adamw.'))
        heads.set(
          name,
          tf.tidy(() => tf.variable(tf.tensor(data, [...shape], 'float32'))),
        );
    const trained = [...named, ...heads].filter(([name]) => file.tensors.has(`adamw.mean.${name}`));
    if (trained.length > 0) optimizer = createAdamW(new Map(trained), { ...adamW, step: updates });
    for (const [name, moments] of optimizer?.moments() ?? []) fillMoments(name, moments, { path, file });
    return {
      params,
      heads,
      step,
      ...(optimizer ? { optimizer } : {}),
      ...(random ? { randomState: random } : {}),
      ...(run ? { run } : {}),
    };
  } catch (error) {
    optimizer?.dispose();
    for (const head of heads.values()) head.dispose();
    disposeParams(params);
    throw error;
  }
}

/**
 * Reads a checkpoint into a model that is there, and makes the optimizer that goes on with it, which the caller disposes.
 *
 * @param options.adamW The optimizer's constants, which are not in the file; default those of `createAdamW`.
 * @throws {SyntaxError} If the file is damaged, or is not a checkpoint; the message names the file and the tensor.
 * @throws {RangeError} If it is of a model of another shape, or was saved without its optimizer; nothing is changed then.
 */
export function restoreCheckpoint(
  path: string,
  params: GptParams,
  { adamW = {} }: { readonly adamW?: AdamWOptions } = {},
): { readonly optimizer: AdamW } & Required<Pick<Checkpoint, 'step'>> & Pick<Checkpoint, 'run'> {
  const file = readSafetensors(path);
  checkSameShape(path, readConfig(path, file), params.config);
  const [step, updates, run] = [readCount(path, file, 'step'), readUpdates(path, file), readRun(path, file)];
  const named = namedParams(params);
  if (![...named.keys()].every((name) => file.tensors.has(`adamw.mean.${name}`)))
    throw new RangeError(`Cannot go on from ${path}: it was saved without its optimizer`);
  const optimizer = createAdamW(params, { ...adamW, step: updates });
  try {
    for (const [name, variable] of named) fill(variable, name, { path, file });
    for (const [name, moments] of optimizer.moments()) fillMoments(name, moments, { path, file });
    return { optimizer, step, ...(run && { run }) };
  } catch (error) {
    optimizer.dispose();
    throw error;
  }
}

function fillMoments(
  name: string,
  { mean, square }: { readonly mean: tf.Variable; readonly square: tf.Variable },
  source: Source,
): void {
  fill(mean, `adamw.mean.${name}`, source);
  fill(square, `adamw.square.${name}`, source);
}

function checkSameShape(path: string, saved: GptConfig, wanted: GptConfig): void {
  const [got, expected] = [fullConfig(saved), fullConfig(wanted)];
  const fields = new Set([...Object.keys(got), ...Object.keys(expected)]) as Set<keyof GptConfig>;
  const differs = [...fields].find((field) => JSON.stringify(got[field]) !== JSON.stringify(expected[field]));
  if (differs === undefined) return;
  const [theirs, own] = [got[differs], expected[differs]].map((value) => JSON.stringify(value) ?? 'none');
  throw new RangeError(`Cannot go on from ${path}: expected a model of ${differs} ${own}, got ${theirs}`);
}

function readConfig(path: string, { metadata }: SafetensorsFile): GptConfig {
  try {
    const config = JSON.parse(metadata.config ?? '') as GptConfig;
    checkGptConfig(config);
    return config;
  } catch {
    throw new SyntaxError(`Cannot load ${path}: it holds no GPT's configuration, so it is not a checkpoint`);
  }
}

/** Training would end at once, without a word, at a step that is no number. */
function readCount(path: string, { metadata }: SafetensorsFile, name: 'step' | 'updates'): number {
  const count = Number(metadata[name]?.trim() || Number.NaN);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new SyntaxError(
    `Cannot load ${path}: expected ${name} to be a whole number, got ${JSON.stringify(metadata[name]) ?? 'none'}`,
  );
}

/** Updates of the optimizer; files of before do not say how many, and had one in each step. */
const readUpdates = (path: string, file: SafetensorsFile): number =>
  readCount(path, file, file.metadata.updates === undefined ? 'step' : 'updates');

function readRun(path: string, { metadata }: SafetensorsFile): Checkpoint['run'] {
  if (metadata.run === undefined) return undefined;
  try {
    const run: unknown = JSON.parse(metadata.run);
    if (typeof run === 'object' && run !== null && !Array.isArray(run)) return run as Checkpoint['run'];
  } catch {} // said below
  throw new SyntaxError(
    `Cannot load ${path}: expected run to be a JSON object, got ${metadata.run.slice(0, 60)}`,
  );
}

function readRandom(path: string, { metadata }: SafetensorsFile): readonly number[] | undefined {
  if (metadata.random === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(metadata.random);
    if (Array.isArray(state) && state.every(Number.isInteger)) return state;
  } catch {} // said below
  throw new SyntaxError(
    `Cannot load ${path}: expected random to be a list of numbers, got ${metadata.random}`,
  );
}

const stored = (variable: tf.Variable): StoredTensor => ({
  shape: variable.shape,
  data: variable.dataSync<'float32'>(),
});

/** What a variable is filled from, and the file it comes from. */
interface Source {
  readonly path: string;
  readonly file: SafetensorsFile;
}

/** The numbers of a tensor of the file, which has to be there, in this shape, and not to be integers. */
function valuesOf(name: string, shape: readonly number[], { path, file }: Source): Float32Array {
  const found = file.tensors.get(name);
  if (found?.shape.join() === shape.join() && found.data instanceof Float32Array) return found.data;
  const type = found?.data instanceof Int32Array ? ' of integers' : '';
  const got = found ? `[${found.shape}]${type}` : 'nothing';
  throw new SyntaxError(`Cannot load ${path}: expected tensor ${name} of shape [${shape}], got ${got}`);
}

/** A tensor of the file, on the backend that runs now. */
const tensorIn = (name: string, shape: readonly number[], source: Source): tf.Tensor =>
  tf.tensor(valuesOf(name, shape, source), [...shape], 'float32');

/** Copies a tensor of the file into a variable. */
function fill(variable: tf.Variable, name: string, source: Source): void {
  const values = tensorIn(name, variable.shape, source);
  variable.assign(values);
  values.dispose();
}
