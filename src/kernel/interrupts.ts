/**
 * Interrupts of the cell process. They come through a pipe that a thread of its own reads, since the main thread may
 * be deep in a loop. First the main thread is told; if it does not hear within a moment it is computing, and V8 is
 * made to drop what it runs, whichever function that is in. The pipe's end means that the parent is gone.
 */
import { Worker } from 'node:worker_threads';
import {
  Atomics,
  Error,
  globalThis,
  Int32Array,
  Object,
  process,
  Reflect,
  SharedArrayBuffer,
  String,
  Symbol,
  setImmediate,
} from '../core/globals.js';

/** In milliseconds; a thread that waits for something answers at once. */
const hearing = 100;

/** Milliseconds until V8 drops the next thing: `finally` blocks run on, and so does a queue that fills itself. */
const patience = 1000;

/** Milliseconds within which the main thread agrees to be interrupted, unless it is deep in something that V8 cannot stop. */
const agreement = 50;

/** The name under which the thread finds `unwind` on the main thread. */
const unwinding = 'llm-workbook.unwinding';

/** Milliseconds for an end in good order once the parent is gone. */
const farewell = 500;

/**
 * What the two threads tell each other: the last interrupt that the main thread heard of; the order to drop what it
 * runs, which it makes negative where it agrees and 0 where it does not; and the last order that V8 has got.
 */
const [heard, order, sent] = [0, 1, 2];

/** Runs in the thread: plain JavaScript, so that it starts in a few milliseconds and needs no file. */
const thread = `
const { Session } = require('node:inspector');
const { Socket } = require('node:net');
const { parentPort, workerData: { fd, counts } } = require('node:worker_threads');
const session = new Session();
session.connectToMainThread();
let unwind; // held from the start: a cell may change what the names in its process mean
session.post('Runtime.evaluate', { expression: 'globalThis[Symbol.for("${unwinding}")]' }, (_, found) => {
  unwind = found?.result.objectId;
});
function drop() {
  const number = ++orders;
  Atomics.store(counts, ${order}, number);
  const functionDeclaration = 'function (number) { this(number); }';
  session.post('Runtime.callFunctionOn', { objectId: unwind, functionDeclaration, arguments: [{ value: number }] }, () => {});
  Atomics.wait(counts, ${order}, number, ${agreement});
  if (Atomics.compareExchange(counts, ${order}, number, 0) !== -number) return false;
  session.post('Runtime.terminateExecution', () => {});
  Atomics.store(counts, ${sent}, number);
  return true;
}
let orders = 0;
let interrupts = 0;
new Socket({ fd, readable: true, writable: false }).on('data', () => {
  const number = ++interrupts;
  parentPort.postMessage(number);
  const insist = () => {
    if (number < interrupts || Atomics.load(counts, ${heard}) >= number) return;
    setTimeout(insist, drop() ? ${patience} : 1);
  };
  setTimeout(insist, ${hearing});
}).on('error', () => {}).on('close', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${farewell}); // the parent is gone, and this loop will not end
});
`;

/**
 * Listens for interrupts.
 *
 * @param fd A pipe's file descriptor; every byte is an interrupt.
 * @param onInterrupt Called on the main thread, as soon as that is free.
 * @param beforeUnwinding Called on the main thread in the middle of what it computes, right before V8 drops that.
 */
export function listenForInterrupts(
  fd: number,
  {
    onInterrupt,
    beforeUnwinding,
  }: { readonly onInterrupt: () => void; readonly beforeUnwinding: () => void },
): void {
  const counts = new Int32Array(new SharedArrayBuffer(12));
  Reflect.set(globalThis, Symbol.for(unwinding), (number: number) => {
    const answer = isEnteringCallback() ? 0 : -number;
    if (answer !== 0) {
      beforeUnwinding();
      leaveCallbacks();
    }
    if (Atomics.compareExchange(counts, order, number, answer) !== number) return; // the thread has given this one up
    Atomics.notify(counts, order);
    while (answer !== 0 && Atomics.load(counts, sent) !== number); // nothing of the cell runs between this and its end
  });
  const worker = new Worker(thread, { eval: true, workerData: { fd, counts } });
  worker.on('message', (number: number) => {
    onInterrupt();
    setImmediate(() => Atomics.store(counts, heard, number)); // not before: a queue that fills itself lets nobody else in
  });
  worker.on('error', () => {}); // without it cells run all the same; only their endless loops need a restart
  worker.unref();
}

/** Functions of Node that count a callback in, with what calls them: V8 may have them go on a little before it stops. */
const entering =
  /\b(pushAsyncContext|(emit|promise)Before\w*|runMicrotask|runInAsyncScope|processTicksAndRejections|listOnTimeout|processTimers|processImmediate)\b/;

/** Whether the code that is being interrupted is about to enter a callback. */
function isEnteringCallback(): boolean {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Object.assign(Error, { stackTraceLimit: 4, prepareStackTrace: undefined });
  const [, , , , innermost = ''] = String(new Error().stack).split('\n'); // below this function and its two callers
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return entering.test(innermost);
}

/**
 * Makes Node forget which callbacks it is in: it counts them, and would end the process at the next check for one that
 * never returned. It does the same after an exception that nobody caught.
 */
function leaveCallbacks(): void {
  const { binding } = process as unknown as { binding: (name: string) => { clearAsyncIdStack?: () => void } };
  const { noDeprecation = false } = process;
  process.noDeprecation = true; // there is no other way to it
  binding('async_wrap').clearAsyncIdStack?.();
  process.noDeprecation = noDeprecation;
}
