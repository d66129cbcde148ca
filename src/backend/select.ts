/**
 * Chooses where tensors live and which kernels run, in this one place and at run time.
 *
 * Best first: `tensorflow` (libtensorflow) when `@tensorflow/tfjs-node-gpu` is installed, loads and sees a graphics
 * card, then `native` (our own C++ kernels) where a compiler is found, then `tensorflow` without a card, which has none
 * of our fused kernels, then `wasm`, then `cpu` (plain JavaScript). A further backend is one more line in `backends`.
 */
import { messageOf } from '../core/errors.js';
import {
  type StartOptions,
  startCpu,
  startNative,
  startTensorflow,
  startTensorflowOnCard,
  startWasm,
} from './start.js';
import { tf } from './tf.js';

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
  readonly start: (options: StartOptions) => Promise<string>;
}

/** The known backends, best first. */
const backends: readonly BackendOption[] = [
  { name: 'tensorflow', start: () => startTensorflowOnCard() },
  { name: 'native', start: startNative },
  { name: 'tensorflow', start: () => startTensorflow() },
  { name: 'wasm', start: startWasm },
  { name: 'cpu', start: startCpu },
];

/**
 * Starts the best backend that runs here, or the named one, and makes it tfjs's current backend.
 *
 * @param options.name A backend's name; default the environment variable `WORKBOOK_BACKEND`, else the best.
 * @param options.threads How many threads `native` uses, 1 to the number of cores; default the environment variable
 *   `WORKBOOK_THREADS`, else one for each core that this process, or its container, may use.
 * @param options.options The backends to choose from, best first; default all known.
 * @throws {RangeError} If the name is not a known backend, or the number of threads no whole number from 1.
 * @throws {Error} If the named backend, or every one, cannot run; the message says why.
 *
 * @example
 * await selectBackend({ name: 'cpu' })
 * // { name: 'cpu', reason: 'cpu runs (asked for by name): plain JavaScript, the slowest.' }
 */
export async function selectBackend({
  name = process.env.WORKBOOK_BACKEND || undefined,
  threads = wholeNumber('WORKBOOK_THREADS', process.env.WORKBOOK_THREADS),
  options = backends,
}: {
  readonly name?: string | undefined;
  readonly threads?: number | undefined;
  readonly options?: readonly BackendOption[];
} = {}): Promise<BackendChoice> {
  wholeNumber('threads', threads);
  const wanted = name === undefined ? options : options.filter((option) => option.name === name);
  if (wanted.length === 0) {
    const known = [...new Set(options.map((option) => option.name))].join(', ');
    throw new RangeError(`Cannot use backend "${name}": expected one of ${known}`);
  }
  const failures = new Map<string, string>(); // by name: `tensorflow` may be tried with a card and without
  for (const option of wanted) {
    try {
      const what = await option.start({ threads });
      if (!(await tf.setBackend(option.name))) throw new Error('tfjs could not start it');
      const asked = name === undefined ? '' : ' (asked for by name)';
      failures.delete(option.name);
      return {
        name: option.name,
        reason: [`${option.name} runs${asked}: ${what}.`, ...failures.values()].join(' '),
      };
    } catch (error) {
      failures.set(option.name, `Not ${option.name}: ${messageOf(error)}.`);
    }
  }
  throw new Error(`Cannot start a backend. ${[...failures.values()].join(' ')}`);
}

function wholeNumber(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new RangeError(`Cannot use ${name} ${value}: expected a whole number from 1`);
}
