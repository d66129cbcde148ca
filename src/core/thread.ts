/** Starts a worker thread from a module beside the caller, compiled or, in this project's own tests, as it is written. */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { URL } from './globals.js';

/**
 * Starts a thread that takes over nothing of what this process was started with.
 *
 * @param module The module's place without its ending, such as `./worker`.
 * @param from The caller's `import.meta.url`.
 */
export function startThread(module: string, from: string, options: WorkerOptions = {}): Worker {
  const all = { execArgv: [], ...options };
  if (!from.endsWith('.ts')) return new Worker(new URL(`${module}.js`, from), all);
  // Run from the sources: a thread does not take over tsx from the program, so it registers it first.
  const [tsx, file] = [import.meta.resolve('tsx/esm/api'), new URL(`${module}.ts`, from).href];
  const code = `import('${tsx}').then(({ register }) => (register(), import('${file}')))`;
  return new Worker(code, { ...all, eval: true });
}
