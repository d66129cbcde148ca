/** What stands on this side for functions, objects with methods, and promises of the other: see `membrane.ts`. */
import { setTimeout as delay } from 'node:timers/promises';
import { define, type Handles, unreadable } from './graph.js';

/** Sends a request with values; `missing` is the answer of a promise that is not settled yet. */
export type Send = (
  message: { readonly op: string; readonly id?: number; readonly key?: string },
  values: readonly unknown[],
) => { readonly missing: boolean; readonly value: unknown };

/** Longest pause between two looks at a promise, in milliseconds. */
const longestPause = 10;

/** Makes the stand-ins; the same number gives the same one. */
export function createStandIns(
  send: Send,
  mayHave: Handles['mayHave'],
): Pick<Handles, 'remoteId' | 'standIn'> {
  const ids = new WeakMap<object, number>();
  const made = new Map<string, object>();
  const remoteId = (object: object) => ids.get(object);
  return {
    remoteId,
    standIn: (kind, id, facts) => {
      if (!Number.isInteger(id) || !Array.isArray(facts)) throw unreadable();
      const before = made.get(`${kind} ${id}`);
      if (before) return before;
      const object =
        kind === 'function'
          ? functionStandIn(id, facts, send, remoteId)
          : kind === 'promise'
            ? promiseStandIn(id, send)
            : objectStandIn(facts, { send, remoteId, mayHave });
      ids.set(object, id);
      made.set(`${kind} ${id}`, object);
      return object;
    },
  };
}

type RemoteId = Handles['remoteId'];

function functionStandIn(
  id: number,
  [name, length]: readonly unknown[],
  send: Send,
  remoteId: RemoteId,
): object {
  const standIn = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target) return send({ op: 'construct', id }, [undefined, ...args]).value;
    const self = typeof this === 'object' && this !== null && remoteId(this) !== undefined ? this : undefined;
    return send({ op: 'call', id }, [self, ...args]).value;
  };
  define(standIn, 'name', String(name), false);
  define(standIn, 'length', Number(length) || 0, false);
  return standIn;
}

/** Names under which JavaScript itself would call a method: an object that lies with these fools nobody here. */
const unwanted = new Set(['constructor', '__proto__', 'valueOf', 'toJSON', 'then', 'hasOwnProperty']);

function objectStandIn(
  [methods, getters, family]: readonly unknown[],
  { send, remoteId, mayHave }: { readonly send: Send } & Pick<Handles, 'remoteId' | 'mayHave'>,
): object {
  const prototype =
    typeof family === 'function' ? (family as { prototype: object }).prototype : Object.prototype;
  const standIn: object = Object.create(prototype);
  const selfOf = (self: unknown) =>
    typeof self === 'object' && self !== null && remoteId(self) !== undefined ? self : standIn;
  for (const key of (methods as readonly unknown[]).map(String)) {
    if (unwanted.has(key) || !mayHave(key)) continue;
    const method = function (this: unknown, ...args: unknown[]): unknown {
      return send({ op: 'method', key }, [selfOf(this), ...args]).value;
    };
    define(standIn, key, method, false);
  }
  for (const key of (getters as readonly unknown[]).map(String)) {
    if (unwanted.has(key)) continue;
    const get = () => send({ op: 'read', key }, [standIn]).value;
    Object.defineProperty(standIn, key, { get, enumerable: false, configurable: true });
  }
  Object.defineProperty(standIn, Symbol.toPrimitive, { value: textOnly, enumerable: false });
  return standIn;
}

/** An object of a submission is never taken for a number. */
function textOnly(this: object, hint: string): string {
  if (hint !== 'string') throw new TypeError('an object was given where a plain value was expected');
  return String(this.toString());
}

function promiseStandIn(id: number, send: Send): Promise<unknown> {
  const promise = (async () => {
    for (let pause = 0; ; pause = Math.min(pause + 1, longestPause)) {
      await delay(pause);
      const { missing, value } = send({ op: 'settle', id }, []);
      if (!missing) return value;
    }
  })();
  promise.catch(() => {}); // whoever awaits it hears of it
  return promise;
}
