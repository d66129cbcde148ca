/**
 * The parquet thread seen from the reader. hyparquet trusts the counts in a file, and a few flipped bits can send it
 * into a loop of a billion steps or fill the memory; in a thread of its own it costs that slice of rows and no more.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { ParquetAnswer, ParquetRequest } from './parquetMessages.js';

/** A thread that answers one request at a time. */
export interface ParquetThread {
  /** @throws {SyntaxError} If the answer is a problem, or the thread breaks or takes too long. */
  readonly ask: (request: ParquetRequest) => Promise<ParquetAnswer>;
  /** Whether it still can be asked. */
  readonly isAlive: () => boolean;
  readonly close: () => Promise<void>;
}

/**
 * Starts a thread.
 *
 * @param seconds Longest time for an answer.
 * @param mebibytes Most memory for values.
 */
export async function startParquetThread(seconds: number, mebibytes: number): Promise<ParquetThread> {
  const worker = newWorker({
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: mebibytes },
    stdout: true, // nothing that is printed there is of use to who reads a file
    stderr: true,
  });
  worker.unref(); // the timer of a question keeps the program alive, an idle thread does not
  let isAlive = true;
  let settle: ((outcome: ParquetAnswer) => void) | undefined;
  const end = (problem: string) => {
    isAlive = false;
    settle?.({ kind: 'problem', problem });
  };
  worker.on('message', (answer: ParquetAnswer) => settle?.(answer));
  worker.on('error', (error) => end(`unpacking broke: ${error.message}`));
  worker.on('exit', () => end('unpacking ended'));
  const next = async (what: string): Promise<ParquetAnswer> => {
    const answer = new Promise<ParquetAnswer>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => {
      end(`${what} took longer than ${seconds} s`);
      void worker.terminate();
    }, seconds * 1000);
    const outcome = await answer.finally(() => clearTimeout(timer));
    if (outcome.kind === 'problem') throw new SyntaxError(outcome.problem);
    return outcome;
  };
  await next('the start of a thread');
  return {
    ask: (request) => {
      if (!isAlive) throw new SyntaxError('unpacking ended');
      const answer = next('unpacking');
      worker.postMessage(request, request.kind === 'group' ? [request.stored] : []);
      return answer;
    },
    isAlive: () => isAlive,
    close: async () => {
      isAlive = false;
      await worker.terminate();
    },
  };
}

function newWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./parquetWorker.js', import.meta.url), options);
  // Run from the sources: a thread does not take over tsx from the program, so it registers it first.
  const [tsx, file] = [
    import.meta.resolve('tsx/esm/api'),
    new URL('./parquetWorker.ts', import.meta.url).href,
  ];
  const code = `import('${tsx}').then(({ register }) => (register(), import('${file}')))`;
  return new Worker(code, { ...options, eval: true });
}
