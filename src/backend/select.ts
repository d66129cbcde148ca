/**
 * Chooses where tensors live and which kernels run, in this one place and at run time.
 *
 * Best first: `tensorflow` (libtensorflow, a graphics card where there is one) when `@tensorflow/tfjs-node-gpu` is
 * installed and loads, then `native` (our own C++ kernels) where a compiler is found, then `wasm`, then `cpu` (plain
 * JavaScript). A further backend is one more line in `backends`.
 */
import * as tf from '@tensorflow/tfjs';
import { messageOf } from '../core/errors.js';
import { startCpu, startNative, startTensorflow, startWasm } from './start.js';

/** Which backend runs, and why. */
export interface BackendChoice {
  readonly name: string;
  /** One sentence: what runs, and what keeps each better one from running. */
  readonly reason: string;
}

/** A backend that may be chosen. */
export interface BackendOption {
  readonly name: string;
  /** Makes it ready for `tf.setBackend` and says in a few words what it is; throws where it cannot run. */
  readonly start: () => Promise<string>;
}

/** The known backends, best first. */
export const backends: readonly BackendOption[] = [
  { name: 'tensorflow', start: startTensorflow },
  { name: 'native', start: startNative },
  { name: 'wasm', start: startWasm },
  { name: 'cpu', start: startCpu },
];

/**
 * Starts the best backend that runs here, or the named one, and makes it tfjs's current backend.
 *
 * @param options.name A backend's name; default the environment variable `WORKBOOK_BACKEND`, else the best.
 * @param options.options The backends to choose from, best first; default all known.
 * @throws {RangeError} If the name is not a known backend.
 * @throws {Error} If the named backend, or every one, cannot run; the message says why.
 *
 * @example
 * await selectBackend({ name: 'cpu' })
 * // { name: 'cpu', reason: 'cpu runs (asked for by name): plain JavaScript, the slowest.' }
 */
export async function selectBackend({
  name = process.env.WORKBOOK_BACKEND || undefined,
  options = backends,
}: {
  readonly name?: string | undefined;
  readonly options?: readonly BackendOption[];
} = {}): Promise<BackendChoice> {
  const wanted = name === undefined ? options : options.filter((option) => option.name === name);
  if (wanted.length === 0) {
    const known = options.map((option) => option.name).join(', ');
    throw new RangeError(`Cannot use backend "${name}": expected one of ${known}`);
  }
  const failures: string[] = [];
  for (const option of wanted) {
    try {
      const what = await option.start();
      if (!(await tf.setBackend(option.name))) throw new Error('tfjs could not start it');
      const asked = name === undefined ? '' : ' (asked for by name)';
      return { name: option.name, reason: [`${option.name} runs${asked}: ${what}.`, ...failures].join(' ') };
    } catch (error) {
      failures.push(`Not ${option.name}: ${messageOf(error)}.`);
    }
  }
  throw new Error(`Cannot start a backend. ${failures.join(' ')}`);
}
