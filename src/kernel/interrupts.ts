/**
 * Interrupts of the cell process. They come through a pipe that a thread of its own reads, since the main thread may
 * be deep in a loop. First the main thread is told; if it does not hear within a moment it is computing, and V8 is
 * made to drop what it runs, whichever function that is in. The pipe's end means that the parent is gone.
 */
import { Worker } from 'node:worker_threads';
import {
  Atomics,
  globalThis,
  Int32Array,
  process,
  Reflect,
  SharedArrayBuffer,
  Symbol,
} from '../core/globals.js';

/** In milliseconds; a thread that waits for something answers at once. */
const hearing = 100;

/** The name under which the thread finds `unwind` on the main thread. */
const unwinding = 'llm-workbook.unwinding';

/** Milliseconds for an end in good order once the parent is gone. */
const farewell = 500;

/** Runs in the thread: plain JavaScript, so that it starts in a few milliseconds and needs no file. */
const thread = `
const { Session } = require('node:inspector');
const { Socket } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const heard = new Int32Array(workerData.heard);
const session = new Session();
session.connectToMainThread();
let unwind; // held from the start: a cell may change what the names in its process mean
session.post('Runtime.evaluate', { expression: 'globalThis[Symbol.for("${unwinding}")]' }, (_, found) => {
  unwind = found?.result.objectId;
});
let asked = 0;
new Socket({ fd: workerData.fd, readable: true, writable: false }).on('data', () => {
  const number = ++asked;
  parentPort.postMessage(number);
  setTimeout(() => {
    if (Atomics.load(heard, 0) >= number) return;
    if (unwind)
      session.post('Runtime.callFunctionOn', { objectId: unwind, functionDeclaration: 'function () { this(); }' }, () => {});
    session.post('Runtime.terminateExecution', () => {});
  }, ${hearing});
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
  Reflect.set(globalThis, Symbol.for(unwinding), () => {
    beforeUnwinding();
    leaveCallbacks();
  });
  const heard = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(thread, { eval: true, workerData: { fd, heard: heard.buffer } });
  worker.on('message', (number: number) => {
    Atomics.store(heard, 0, number);
    onInterrupt();
  });
  worker.on('error', () => {}); // without it cells run all the same; only their endless loops need a restart
  worker.unref();
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
