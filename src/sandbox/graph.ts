/**
 * Values as they cross between the tests and a submission: a table of nodes that refer to each other by number, so
 * that shared and cyclic values keep their shape, and depth costs no stack.
 *
 * Only data crosses. What can run (functions, class instances, promises) stays on its side and is named by a handle;
 * the other side gets a stand-in. Nothing that comes in is trusted.
 */

/** A place for a value: a primitive as it is, anything else as `[tag, …]`. */
export type Slot = string | number | boolean | null | readonly unknown[];

/** What an object or function is, and its content. */
export type Node = readonly [kind: string, content: unknown, ...extra: unknown[]];

/** Values on their way: some roots, and the nodes that they reach by number. */
export interface Graph {
  readonly roots: readonly Slot[];
  /** Nodes with their numbers: all of a new table, or those that are new or changed in a known one. */
  readonly nodes: readonly (readonly [index: number, node: Node])[];
}

/** Objects by their numbers, on either side of one exchange. */
export type Table = object[];

/** How one side names what cannot cross. */
export interface Handles {
  /** The number of an own object that the other side may name later. */
  readonly export: (own: object, methods?: readonly string[]) => number;
  /** The other side's number, if the object is a stand-in. */
  readonly remoteId: (object: object) => number | undefined;
  /** @throws {Error} If that number was never exported. */
  readonly own: (id: number) => object;
  /** The stand-in for a function, an object or a promise of the other side. */
  readonly standIn: (kind: StandInKind, id: number, facts: unknown) => object;
  /**
   * Whether classes cross with their instances, and whether the other side may change objects of ours that have
   * methods. The submission's side says yes, the tests' side no.
   */
  readonly open: boolean;
  /** Whether an object of the other side may have a method of that name on this one. */
  readonly mayHave: (method: string) => boolean;
}

export type StandInKind = 'function' | 'promise' | 'object';

/** Nodes that one value may have. */
export const mostNodes = 1_000_000;

/** Where a method with a symbol for its name is kept in text. */
const symbolKeys = new Map<symbol, string>([
  [Symbol.iterator, '@@iterator'],
  [Symbol.asyncIterator, '@@asyncIterator'],
]);

/** A property key as text; `undefined` for symbols that do not cross. */
export const keyText = (key: string | symbol): string | undefined =>
  typeof key === 'string' ? key : symbolKeys.get(key);

/** The key behind a text of `keyText`. */
export function keyOf(text: string): string | symbol {
  for (const [symbol, name] of symbolKeys) if (name === text) return symbol;
  return text;
}

/** Gives an object a property; the key is a text of `keyText`. */
export function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, keyOf(key), { value, enumerable, writable: true, configurable: true });
}

/** The error for what is not as agreed: the other side may be an attacker. */
export const unreadable = (): TypeError => new TypeError('a value came that cannot be read');
