/**
 * Runs JavaScript in V8's REPL mode, the one of Chrome's console: `await` anywhere, names declared again, and a
 * scope that all cells share. It is reached through Node's inspector, within this process and thread.
 */
import { createHook } from 'node:async_hooks';
import { Session } from 'node:inspector';
import { isNativeError } from 'node:util/types';
import { messageOf } from '../core/errors.js';
import { globalThis, Promise, Set } from '../core/globals.js';
import { Interrupted } from './interruptible.js';
import type { Evaluation } from './messages.js';

/** Runs scripts, one after the other, in the global scope. */
export interface Evaluator {
  /** @param url The name that stack traces give to the script. */
  readonly evaluate: (code: string, url: string) => Promise<Evaluation>;
  readonly close: () => void;
}

interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
}

interface ExceptionDetails {
  readonly exception?: RemoteObject;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
  /** Of what was thrown while the script ran. */
  readonly stackTrace?: object;
}

/** Connects an evaluator to this thread. */
export function createEvaluator(): Evaluator {
  const session = new Session();
  session.connect();
  const post = <T>(method: string, params: object, held?: HeldPromise): Promise<T> =>
    new Promise((resolve, reject) => {
      held?.start();
      session.post(method, params, (error, result) => {
        held?.release();
        if (error) reject(error);
        else resolve(result as T);
      });
    });
  const realValue = createReceiver(post);
  return {
    evaluate: async (code, url) => {
      const evaluation = post<{ exceptionDetails?: ExceptionDetails }>(
        'Runtime.evaluate',
        {
          expression: `${code}\n//# sourceURL=${url}`,
          replMode: true,
          awaitPromise: true,
          objectGroup: 'cell', // handles of one cell, given back below: V8 would keep every one alive
        },
        holdNextPromise(),
      );
      const { exceptionDetails } = await evaluation.catch((error: unknown) => {
        throw isTermination(error) ? new Interrupted() : error;
      });
      const thrown = exceptionDetails && (await realValue(exceptionDetails.exception ?? {}));
      await post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
      if (!exceptionDetails) return { ok: true };
      const { lineNumber, columnNumber, stackTrace } = exceptionDetails;
      const isCompiled = stackTrace !== undefined || !isNativeError(thrown) || thrown.name !== 'SyntaxError';
      return {
        ok: false,
        thrown,
        ...(!isCompiled && { at: { line: lineNumber + 1, column: columnNumber + 1 } }),
      };
    },
    close: () => session.disconnect(),
  };
}

interface HeldPromise {
  readonly start: () => void;
  readonly release: () => void;
}

const heldPromises = new Set<object>();

/**
 * Keeps the next promise that is made: that of the script which V8 is about to run. Nobody can name it, V8 itself holds
 * it weakly while it waits for it, and Node 22 dies of a garbage collection between the script's end and the answer.
 */
function holdNextPromise(): HeldPromise {
  let promise: object | undefined;
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type !== 'PROMISE' || promise) return;
      promise = resource;
      heldPromises.add(promise);
      hook.disable();
    },
  });
  return {
    start: () => hook.enable(),
    release: () => {
      hook.disable();
      if (promise) heldPromises.delete(promise);
    },
  };
}

/** V8 dropped the script because somebody asked for it. */
const isTermination = (error: unknown): boolean => /Execution was terminated/.test(messageOf(error));

type Post = <T>(method: string, params: object) => Promise<T>;

/** Makes the way out of the inspector: the value itself behind its description. */
function createReceiver(post: Post): (described: RemoteObject) => Promise<unknown> {
  let received: unknown;
  const globals = globalThis as { $$receive?: (value: unknown) => void };
  globals.$$receive = (value) => {
    received = value;
  };
  const receiver = post<{ result: RemoteObject }>('Runtime.evaluate', { expression: '$$receive' });
  delete globals.$$receive; // from now on only the inspector knows it: no cell can change what it is called
  return async ({ objectId, value, unserializableValue }) => {
    if (objectId === undefined) return unserializableValue ?? value;
    await post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: "function (receive) { 'use strict'; receive(this); }",
      arguments: [{ objectId: (await receiver).result.objectId }],
    });
    const real = received;
    received = undefined;
    return real;
  };
}
