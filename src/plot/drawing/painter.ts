/**
 * The drawing thread seen from the program: figures queue up, each has a time limit, and a thread that is stuck is
 * ended and replaced. The thread starts with the first figure and never keeps an otherwise finished program alive.
 */
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import { clearTimeout, Error, Promise, setTimeout } from '../../core/globals.js';
import { startThread } from '../../core/thread.js';
import type { Drawn, DrawRequest } from './messages.js';

/** Longest start of the thread in seconds; about 2 on an idle machine. */
const startSeconds = 60;

/** Memory of the thread in MiB; a figure that needs more fails alone. */
const memoryMebibytes = 1024;

interface Job {
  readonly request: DrawRequest;
  readonly seconds: number;
  readonly resolve: (picture: string | Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const queue: Job[] = [];
let current: Job | undefined;
let worker: Worker | undefined;
let isReady = false;
let timer: NodeJS.Timeout | undefined;

/**
 * Draws a figure in the thread, after those asked for before it.
 *
 * @param seconds Longest time for this figure, waiting not counted.
 * @throws {Error} If drawing fails or takes longer.
 */
export function paint(request: DrawRequest, seconds: number): Promise<string | Uint8Array> {
  return new Promise((resolve, reject) => {
    queue.push({ request, seconds, resolve, reject });
    next();
  });
}

function next(): void {
  if (current) return;
  current = queue.shift();
  if (!current) {
    worker?.unref();
    return;
  }
  worker ??= startWorker();
  worker.ref();
  if (isReady) send(current);
  else limit(startSeconds, 'the drawing thread did not start');
}

function send({ request, seconds }: Job): void {
  worker?.postMessage(request);
  limit(seconds, 'no picture');
}

function limit(seconds: number, what: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => fail(new Error(`${what} after ${seconds} seconds`)), seconds * 1000);
}

function startWorker(): Worker {
  isReady = false;
  const started = startThread('./worker', import.meta.url, {
    resourceLimits: { maxOldGenerationSizeMb: memoryMebibytes },
    stdout: true, // nothing that Plotly prints is of use to the reader of a cell
    stderr: true,
  });
  started.on('message', (message: Drawn) => {
    if (started === worker) receive(message);
  });
  started.on('error', (error) => {
    if (started === worker) fail(new Error(`the drawing thread broke: ${messageOf(error)}`));
  });
  started.on('exit', () => {
    if (started === worker) fail(new Error('the drawing thread ended'));
  });
  return started;
}

function receive(message: Drawn): void {
  if (message.kind === 'ready') {
    isReady = true;
    if (current) send(current);
    return;
  }
  if (message.kind === 'picture') settle((job) => job.resolve(message.picture));
  else settle((job) => job.reject(new Error(message.problem)));
}

/** Gives up the thread and the figure it was at; the next figure gets a new thread. */
function fail(error: Error): void {
  const broken = worker;
  worker = undefined;
  void broken?.terminate();
  settle((job) => job.reject(error));
}

function settle(answer: (job: Job) => void): void {
  clearTimeout(timer);
  const job = current;
  current = undefined;
  if (job) answer(job);
  next();
}
