/**
 * How a cell is stopped. Cells are compiled so that each of their `await`s passes through `live`, and each
 * `for await` through `liveIterable`: when the reader interrupts, these fail like a promise that was rejected, so
 * `finally` blocks run and generators are closed. A cell that computes without ever waiting is stopped from outside
 * (`interrupts.ts`). What a library awaits is its own: it goes on in the background unless it computes.
 */
import { isNativeError } from 'node:util/types';
import { Error, Promise, Set, Symbol, setTimeout, WeakMap } from '../core/globals.js';
import type { Evaluation } from './messages.js';

/** What a stopped cell is told. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('the cell was stopped by its reader');
  }
}

/** Stops the awaits of cells. */
export interface Stops {
  readonly live: <T>(value: T) => Promise<Awaited<T>>;
  readonly liveIterable: <T>(values: AsyncIterable<T> | Iterable<T>) => AsyncIterable<T>;
  /** How a cell ends that does not end by itself soon after it was stopped. */
  readonly given: Promise<Evaluation>;
  /** Comes when a cell that was stopped is stopped once more. */
  readonly insisted: Promise<void>;
  /** Lets all awaits fail, those to come included. */
  readonly stop: () => void;
  /** Where a cell waited for what failed with this: its stack may have nothing of the cell. */
  readonly awaitOf: (thrown: unknown) => Error | undefined;
  /** For the next cell. */
  readonly reset: () => void;
}

/** Time for `catch` and `finally` of a stopped cell, in milliseconds. */
const grace = 300;
/** Failing awaits after which a stopped cell that goes on all the same waits for ever. */
const patience = 100;

/** Makes the stops of one engine. */
export function createStops(): Stops {
  const waiting = new Set<(error: unknown) => void>();
  const awaits = new WeakMap<object, Error>();
  let refused: number | undefined; // awaits since the cell was stopped
  let give: (evaluation: Evaluation) => void = () => {};
  let given: Promise<Evaluation>;
  let insist: () => void = () => {};
  let insisted: Promise<void>;
  const reset = () => {
    refused = undefined;
    insisted = new Promise((resolve) => {
      insist = resolve;
    });
    given = new Promise((resolve) => {
      give = resolve;
    });
  };
  reset();
  const live = <T>(value: T): Promise<Awaited<T>> => {
    const source = Promise.resolve(value);
    return new Promise<Awaited<T>>((resolve, reject) => {
      if (refused !== undefined) {
        source.catch(() => {});
        if (++refused < patience) reject(new Interrupted());
        return;
      }
      const error = new Interrupted(); // here, where the stack still says which line of the cell waits
      const fail = () => reject(error);
      waiting.add(fail);
      const settled = () => waiting.delete(fail);
      source.then(settled, settled);
      source.then(resolve as (value: Awaited<T>) => void, (thrown: unknown) => {
        if (isNativeError(thrown)) awaits.set(thrown, error);
        reject(thrown);
      });
    });
  };
  return {
    live,
    liveIterable: (values) => ({ [Symbol.asyncIterator]: () => liveIterator(values, live) }),
    get given() {
      return given;
    },
    get insisted() {
      return insisted;
    },
    stop: () => {
      if (refused !== undefined) insist();
      refused = 0;
      for (const fail of [...waiting]) fail(undefined);
      waiting.clear();
      setTimeout(give, grace, { ok: false, thrown: new Interrupted() }); // this cell's, whichever runs by then
    },
    awaitOf: (thrown) => (isNativeError(thrown) ? awaits.get(thrown) : undefined),
    reset,
  };
}

function liveIterator<T>(values: AsyncIterable<T> | Iterable<T>, live: Stops['live']): AsyncIterator<T> {
  const inner =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : awaited(values as Iterable<T>);
  const end = async (): Promise<IteratorResult<T>> => {
    await inner.return?.();
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      try {
        return (await live(inner.next())) as IteratorResult<T>;
      } catch (error) {
        if (error instanceof Interrupted) void end(); // a generator ends when its step is done: nobody waits for that
        throw error;
      }
    },
    return: end,
  };
}

async function* awaited<T>(values: Iterable<T>): AsyncGenerator<Awaited<T>> {
  for (const value of values) yield await value;
}
