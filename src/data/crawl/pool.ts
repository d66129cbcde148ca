/**
 * The threads of a run. Each does one job at a time; a thread that breaks, or is at a job for too long, is replaced, and
 * whoever asked hears of it.
 */
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import { startThread } from '../../core/thread.js';
import type { Answers, Job, Reply } from './jobs.js';
import type { Recipe } from './parameters.js';

/** The job did not fail by itself: its thread ran out of memory or time. */
export class ThreadLost extends Error {}

/** Threads that take jobs. */
export interface Pool {
  readonly threads: number;
  /**
   * Has a job done, after those asked for before it.
   *
   * @param seconds Longest time for it; without it there is no limit.
   * @throws {ThreadLost} If the thread is gone before the answer.
   */
  readonly run: <J extends Job>(job: J, seconds?: number) => Promise<Answers[J['kind']]>;
  readonly close: () => Promise<void>;
}

/** Memory of a thread's own objects, MiB: enough for the largest page that is looked at. */
const memoryMebibytes = 768;

interface Waiting {
  readonly job: Job;
  readonly seconds: number | undefined;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  current?: Waiting | undefined;
  timer?: NodeJS.Timeout | undefined;
}

/** Makes a pool; its threads start with the jobs. */
export function createPool(threads: number, { parameters, filters, files }: Recipe): Pool {
  const running = new Set<Thread>();
  const queue: Waiting[] = [];
  let isClosed = false;

  const next = (): void => {
    while (queue.length > 0 && !isClosed) {
      const idle = [...running].find(({ current }) => !current) ?? (running.size < threads && started());
      if (!idle) return;
      give(idle, queue.shift()!);
    }
  };
  const give = (thread: Thread, waiting: Waiting): void => {
    thread.current = waiting;
    thread.worker.ref();
    thread.worker.postMessage(waiting.job);
    if (waiting.seconds === undefined) return;
    // Seconds are counted one by one, so that those in which all of the process stood still do not count.
    let passed = 0;
    thread.timer = setInterval(() => {
      if (++passed >= waiting.seconds!) lose(thread, `there was no answer within ${waiting.seconds} s`);
    }, 1000);
  };
  const settle = (thread: Thread): Waiting | undefined => {
    clearInterval(thread.timer);
    const { current } = thread;
    thread.current = undefined;
    return current;
  };
  const lose = (thread: Thread, why: string): void => {
    if (!running.delete(thread)) return;
    void thread.worker.terminate();
    settle(thread)?.reject(new ThreadLost(why));
    next();
  };
  const started = (): Thread => {
    const worker = startThread('./worker', import.meta.url, {
      workerData: { parameters, filters, files },
      resourceLimits: { maxOldGenerationSizeMb: memoryMebibytes },
    });
    const thread: Thread = { worker };
    running.add(thread);
    worker.on('message', (reply: Reply) => {
      if (!running.has(thread)) return; // it is being ended, which the process has to wait for
      const waiting = settle(thread);
      worker.unref(); // an idle thread does not keep the process alive
      if ('answer' in reply) waiting?.resolve(reply.answer as never);
      else waiting?.reject(new Error(reply.problem));
      next();
    });
    worker.on('error', (error) => lose(thread, messageOf(error)));
    worker.on('exit', (status) => lose(thread, `its thread ended with status ${status}`));
    return thread;
  };
  return {
    threads,
    run: (job, seconds) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('Cannot go on: the run was stopped'));
        queue.push({ job, seconds, resolve, reject });
        next();
      }),
    close: async () => {
      isClosed = true;
      for (const { reject } of queue.splice(0)) reject(new Error('Cannot go on: the run was stopped'));
      const all = [...running];
      for (const thread of all) lose(thread, 'the run was stopped');
      await Promise.all(all.map(({ worker }) => worker.terminate()));
    },
  };
}

/** Does the work of each item and hands out what it gave, in order; `ahead` of them are under way at once. */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<readonly [item: T, result: R], void, undefined> {
  const pending: { readonly item: T; readonly result: Promise<R> }[] = [];
  const first = async () => {
    const { item, result } = pending.shift()!;
    return [item, await result] as const;
  };
  for await (const item of items) {
    const result = work(item);
    result.catch(() => {}); // heard when it is this one's turn
    pending.push({ item, result });
    if (pending.length >= ahead) yield await first();
  }
  while (pending.length > 0) yield await first();
}
