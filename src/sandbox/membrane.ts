/**
 * What lies between the tests and a submission: calls that cross in both directions while the caller stands still.
 * Both sides run this code. See `graph.ts` for what crosses and how.
 *
 * What a function changes in its arguments is brought back with its answer. One exchange may lie within another: a
 * test hands over a callback, the submission calls it.
 */
import { decode } from './decode.js';
import { type Encoded, encode } from './encode.js';
import { type Graph, type Handles, keyOf, type Node, type Table, unreadable } from './graph.js';
import { frame } from './pipeMessages.js';
import { createStandIns } from './standIns.js';

/** What one side asks of the other. */
export type Request =
  | { readonly op: 'call' | 'construct'; readonly id: number; readonly graph: Graph }
  | { readonly op: 'method' | 'read'; readonly key: string; readonly graph: Graph }
  | { readonly op: 'settle'; readonly id: number }
  | { readonly op: 'get'; readonly name: string }
  | { readonly op: 'run'; readonly code: string; readonly url: string };

/** What comes back; `pending` is said of promises, `missing` of names. */
export type Reply =
  | { readonly op: 'return' | 'throw'; readonly graph: Graph }
  | { readonly op: 'pending' | 'missing' };

/** Tells an answer from a question. */
export const isReply = (message: Request | Reply): message is Reply =>
  ['return', 'throw', 'pending', 'missing'].includes(message.op);

/** A reply as bytes, or why it cannot be sent. */
export function replyBytes(membrane: Membrane, reply: Reply): Buffer {
  try {
    return frame(reply);
  } catch (error) {
    return frame(membrane.failure(error));
  }
}

/** One side. */
export interface Membrane {
  /** Asks for something that is named by text, and decodes the answer. @throws What the other side threw. */
  readonly ask: (request: Request) => { readonly missing: boolean; readonly value: unknown };
  /** Answers what the other side asks. */
  readonly serve: (request: Request) => Reply;
  /** The reply that says what went wrong. */
  readonly failure: (error: unknown) => Reply;
  /** Resolves when an own promise of that number is settled. */
  readonly settled: (id: number) => Promise<unknown>;
}

/** How a side is made. */
export interface MembraneOptions {
  /** See `Handles.open`. */
  readonly open: boolean;
  /** Sends a request and waits for its reply; it serves what the other side asks meanwhile. */
  readonly request: (request: Request) => Reply;
  /** See `Handles.mayHave`; default all. */
  readonly mayHave?: Handles['mayHave'];
  /** Answers requests that only this side knows. */
  readonly local?: (request: Request) => { readonly value: unknown } | undefined;
}

/** Makes one side of a membrane. */
export function createMembrane({
  open,
  request,
  mayHave = () => true,
  local = () => undefined,
}: MembraneOptions): Membrane {
  const owned = createOwned(open);
  const exchange = (message: Request, { table }: Pick<Encoded, 'table'>) => {
    const reply = request(message);
    if (!('graph' in reply)) return { missing: true, value: undefined };
    const [value] = decode(reply.graph, handles, table).values;
    if (reply.op === 'throw') throw value;
    return { missing: false, value };
  };
  const standIns = createStandIns((message, values) => {
    const encoded = encode(values, handles);
    return exchange({ ...message, graph: encoded.graph } as Request, encoded);
  }, mayHave);
  const handles: Handles = { ...owned, ...standIns, open, mayHave };

  const serve = (message: Request): Reply => {
    if (message.op === 'settle') return settle(message.id);
    let known: Known = { table: [], nodes: [] };
    try {
      let values: readonly unknown[] = [];
      if ('graph' in message) ({ values, ...known } = decode(message.graph, handles));
      const result = local(message) ?? { value: perform(message, values, owned) };
      return { op: 'return', graph: encode([result.value], handles, known).graph };
    } catch (error) {
      return thrown(error, known);
    }
  };
  const thrown = (error: unknown, known: Known): Reply => {
    try {
      return { op: 'throw', graph: encode([error], handles, known).graph };
    } catch (problem) {
      return {
        op: 'throw',
        graph: encode([new TypeError(`what was thrown cannot be passed on: ${problem}`)], handles).graph,
      };
    }
  };
  const settle = (id: number): Reply => {
    const none: Known = { table: [], nodes: [] };
    try {
      const state = owned.promiseState(id);
      if (!state) return { op: 'pending' };
      if ('error' in state) return thrown(state.error, none);
      return { op: 'return', graph: encode([state.value], handles).graph };
    } catch (error) {
      return thrown(error, none);
    }
  };
  return {
    ask: (message) => exchange(message, { table: [] }),
    serve,
    failure: (error) => thrown(error, { table: [], nodes: [] }),
    settled: async (id) => owned.own(id) as Promise<unknown>,
  };
}

type Known = { table: Table; nodes: readonly (Node | undefined)[] };

/** Runs what was asked for; only what was handed out can be reached. */
function perform(message: Request, values: readonly unknown[], owned: Owned): unknown {
  const [self, ...args] = values;
  if (message.op === 'call' || message.op === 'construct') {
    const called = owned.own(message.id);
    if (typeof called !== 'function') throw unreadable();
    return message.op === 'call' ? Reflect.apply(called, self, args) : Reflect.construct(called, args);
  }
  if (message.op !== 'method' && message.op !== 'read') throw unreadable();
  if (typeof self !== 'object' || self === null || !owned.offers(self, message.key)) throw unreadable();
  const member = (self as Record<string | symbol, unknown>)[keyOf(message.key)];
  if (message.op === 'read') return member;
  if (typeof member !== 'function') throw new TypeError(`${message.key} is not a function`);
  return Reflect.apply(member, self, args);
}

type Settled = { readonly value: unknown } | { readonly error: unknown };

interface Owned extends Pick<Handles, 'export' | 'own'> {
  readonly offers: (own: object, key: string) => boolean;
  readonly promiseState: (id: number) => Settled | undefined;
}

/** The numbers of own objects. */
function createOwned(open: boolean): Owned {
  const objects: object[] = [];
  const ids = new Map<object, number>();
  const offered = new Map<object, Set<string>>();
  const states = new Map<object, Settled>();
  const own = (id: number) => {
    const object = objects[id];
    if (object === undefined) throw unreadable();
    return object;
  };
  return {
    own,
    export: (object, methods = []) => {
      let id = ids.get(object);
      if (id === undefined) {
        id = objects.push(object) - 1;
        ids.set(object, id);
        if (object instanceof Promise)
          object.then(
            (value) => states.set(object, { value }),
            (error) => states.set(object, { error }),
          );
      }
      const names = offered.get(object) ?? new Set();
      for (const name of methods) names.add(name);
      offered.set(object, names);
      return id;
    },
    offers: (object, key) =>
      open || (typeof object !== 'function' && (offered.get(object)?.has(key) ?? false)),
    promiseState: (id) => states.get(own(id)),
  };
}
