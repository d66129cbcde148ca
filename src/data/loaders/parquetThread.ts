/**
 * The parquet thread seen from the reader. hyparquet trusts the counts in a file, and a few flipped bits can send it
 * into a loop of a billion steps or fill the memory; in a thread of its own it costs that slice of rows and no more.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { ParquetAnswer, ParquetRequest } from './parquetMessages.js';

/** A thread that answers one request at a time. */
export interface ParquetThread {
  /** @throws {SyntaxError} If the answer is a problem, or the thread breaks or takes too long. */
  readonly ask: (request: ParquetRequest, seconds: number) => Promise<ParquetAnswer>;
  /** Whether it still can be asked. */
  readonly isAlive: () => boolean;
  /** Hands it back for the next file. */
  readonly close: () => Promise<void>;
}

/** A thread that is done with its file, and how much memory it may use: a start costs as much as a small file. */
let spare: { readonly thread: ParquetThread; readonly mebibytes: number } | undefined;

const startSeconds = 60;

/** Takes the place of the group that the thread holds. */
const nothing = (): ParquetRequest => ({ kind: 'group', stored: new ArrayBuffer(0), start: 0 });

/**
 * Takes the spare thread, or starts one.
 *
 * @param mebibytes Most memory for values.
 */
export async function startParquetThread(mebibytes: number): Promise<ParquetThread> {
  if (spare?.mebibytes === mebibytes && spare.thread.isAlive()) {
    const { thread } = spare;
    spare = undefined;
    return thread;
  }
  const worker = newWorker({
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: mebibytes },
    stdout: true, // nothing that is printed there is of use to who reads a file
    stderr: true,
  });
  let isAlive = true;
  let settle: ((outcome: ParquetAnswer) => void) | undefined;
  const end = (problem: string) => {
    isAlive = false;
    settle?.({ kind: 'problem', problem });
  };
  worker.on('message', (answer: ParquetAnswer) => settle?.(answer));
  worker.on('error', (error) => end(`unpacking broke: ${error.message}`));
  worker.on('exit', () => end('unpacking ended'));
  const next = async (what: string, seconds: number): Promise<ParquetAnswer> => {
    const answer = new Promise<ParquetAnswer>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => {
      end(`${what} took longer than ${seconds} s`);
      void worker.terminate();
    }, seconds * 1000);
    worker.ref();
    const outcome = await answer;
    clearTimeout(timer);
    worker.unref(); // an idle thread does not keep the program alive
    if (outcome.kind === 'problem') throw new SyntaxError(outcome.problem);
    return outcome;
  };
  await next('the start of a thread', startSeconds);
  const thread: ParquetThread = {
    ask: async (request, seconds) => {
      if (!isAlive) throw new SyntaxError('unpacking ended');
      const answer = next('unpacking', seconds);
      worker.postMessage(request, request.kind === 'group' ? [request.stored] : []);
      return answer;
    },
    isAlive: () => isAlive,
    close: async () => {
      const isFree = await thread.ask(nothing(), startSeconds).then(
        () => !spare?.thread.isAlive(),
        () => false,
      );
      if (isFree) spare = { thread, mebibytes };
      else {
        isAlive = false;
        await worker.terminate();
      }
    },
  };
  return thread;
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
