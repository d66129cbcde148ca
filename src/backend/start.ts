/** How each backend is made ready; `select.ts` decides which. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import nodeUtil from 'node:util';
import { hasCode, messageOf } from '../core/errors.js';
import { installNative } from './native/install.js';
import { tf } from './tf.js';
import { installWasmKernels } from './wasm/install.js';

const require = createRequire(import.meta.url);

/** What every backend is started with. */
export interface StartOptions {
  /** How many threads its kernels use, where they use any; default what suits the machine. */
  readonly threads?: number | undefined;
}

/**
 * Loads libtensorflow through `@tensorflow/tfjs-node-gpu`, where it sees a graphics card.
 *
 * @param load How the package is loaded; default `require`.
 * @throws {Error} If the package is not installed, does not load, or sees no graphics card.
 */
export async function startTensorflowOnCard(load?: (name: string) => unknown): Promise<string> {
  const what = await startTensorflow(load);
  if (!seesCard()) throw new Error('@tensorflow/tfjs-node-gpu loads but sees no graphics card');
  return what;
}

/**
 * Loads libtensorflow through `@tensorflow/tfjs-node-gpu`, which registers itself as backend `tensorflow`.
 *
 * @param load How the package is loaded; default `require`.
 * @param util Node's `util`, which gets back what Node 23 removed and the package calls.
 * @throws {Error} If the package is not installed or does not load.
 */
export async function startTensorflow(
  load: (name: string) => unknown = require,
  util: object = nodeUtil,
): Promise<string> {
  for (const [name, test] of Object.entries(removedFromUtil))
    if (!(name in util)) Reflect.set(util, name, test);
  try {
    load('@tensorflow/tfjs-node-gpu');
  } catch (error) {
    // One that the package itself needs may be missing as well.
    const isMissing =
      hasCode(error, 'MODULE_NOT_FOUND') && messageOf(error).includes("'@tensorflow/tfjs-node-gpu'");
    if (isMissing) throw new Error('@tensorflow/tfjs-node-gpu is not installed');
    throw new Error(`@tensorflow/tfjs-node-gpu does not load: ${messageOf(error).split('\n')[0]}`);
  }
  if (!tf.findBackendFactory('tensorflow')) {
    throw new Error('@tensorflow/tfjs-node-gpu loaded another copy of @tensorflow/tfjs');
  }
  return `libtensorflow, through @tensorflow/tfjs-node-gpu, ${seesCard() ? 'on' : 'without'} a graphics card`;
}

const seesCard = (): boolean =>
  (tf.findBackend('tensorflow') as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;

const removedFromUtil = { isArray: Array.isArray, isNullOrUndefined: (value: unknown) => value == null };

/**
 * Compiles our own kernels where that has not been done, and registers them as backend `native`.
 *
 * @throws {Error} If there is no C++ compiler, or what it made does not run.
 */
export async function startNative({ threads }: StartOptions = {}): Promise<string> {
  const onBuild = () => process.stderr.write('Compiling the native backend, once …\n');
  const started = installNative({ threads, onBuild });
  return `our C++ kernels, ${started} ${started === 1 ? 'thread' : 'threads'}`;
}

/** Points tfjs at the WebAssembly files and replaces the kernels that are slow there. */
export async function startWasm(): Promise<string> {
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + sep;
  const {
    setWasmPaths,
  }: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm');
  if (!('wasm' in tf.engine().registry)) setWasmPaths(folder); // it may run already, and then refuses a new path
  const listeners = listenersOf(process);
  await tf.setBackend('wasm');
  removeNewListeners(process, listeners);
  installWasmKernels();
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `WebAssembly ${simd ? 'with' : 'without'} SIMD, one thread`;
}

const crashEvents = ['uncaughtException', 'unhandledRejection'] as const;
type Listeners = ReadonlyMap<string, readonly unknown[]>;

const listenersOf = (emitter: NodeJS.EventEmitter): Listeners =>
  new Map(crashEvents.map((event) => [event, emitter.listeners(event)]));

/** Takes back the listeners that the WebAssembly module sets on the process: they end it whoever was at fault. */
function removeNewListeners(emitter: NodeJS.EventEmitter, before: Listeners): void {
  for (const event of crashEvents) {
    for (const listener of emitter.listeners(event)) {
      if (!before.get(event)!.includes(listener)) emitter.removeListener(event, listener as () => void);
    }
  }
}

/** Plain JavaScript; always there. Its advice to install tfjs-node, printed at first use, is kept quiet. */
export async function startCpu(): Promise<string> {
  const backend = tf.findBackend('cpu') as (tf.KernelBackend & { firstUse?: boolean }) | null;
  if (backend) backend.firstUse = false;
  return 'plain JavaScript, the slowest';
}
