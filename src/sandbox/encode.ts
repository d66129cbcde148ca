/** Values to a graph: see `graph.ts`. */
import * as types from 'node:util/types';
import { type Graph, type Handles, keyText, mostNodes, type Node, type Slot, type Table } from './graph.js';

/** A graph, and the objects behind its numbers. */
export interface Encoded {
  readonly graph: Graph;
  readonly table: Table;
}

/**
 * Encodes values.
 *
 * @param known The table of the exchange so far, with the nodes as they came: those whose content is the same are left
 * out, so that what is left says what was changed.
 * @throws {TypeError} If something cannot cross: a symbol, a value with too many parts.
 */
export function encode(
  values: readonly unknown[],
  handles: Handles,
  known: { readonly table: Table; readonly nodes: readonly (Node | undefined)[] } = { table: [], nodes: [] },
): Encoded {
  const table = [...known.table];
  const index = new Map(table.map((object, nth) => [object, nth]));
  const slot = (value: unknown): Slot => {
    const plain = primitive(value);
    if (plain !== undefined) return plain;
    const object = value as object;
    let nth = index.get(object);
    if (nth === undefined) {
      nth = table.push(object) - 1;
      index.set(object, nth);
      if (nth >= mostNodes) throw new TypeError(`Cannot pass a value of more than ${mostNodes} parts`);
    }
    return ['r', nth];
  };
  const roots = values.map(slot);
  const nodes: (readonly [number, Node])[] = [];
  for (let nth = 0; nth < table.length; nth++) {
    const before = known.nodes[nth];
    if (before && !changes.has(before[0])) continue;
    const node = nodeOf(table[nth]!, slot, handles);
    if (!before || !sameContent(before, node)) nodes.push([nth, node]);
  }
  return { graph: { roots, nodes }, table };
}

/** Kinds whose content can be changed in place. */
const changes = new Set(['array', 'object', 'map', 'set', 'bytes', 'instance', 'known']);

const sameContent = ([, a]: Node, [, b]: Node): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A primitive as a slot; `undefined` for what needs a node. */
function primitive(value: unknown): Slot | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : ['n', Object.is(value, -0) ? '-0' : String(value)];
    case 'undefined':
      return ['u'];
    case 'bigint':
      return ['b', value.toString()];
    case 'symbol':
      throw new TypeError(`Cannot pass the symbol ${String(value)} between the tests and the submission`);
    default:
      return value === null ? null : undefined;
  }
}

type ToSlot = (value: unknown) => Slot;

function nodeOf(object: object, slot: ToSlot, handles: Handles): Node {
  const remote = handles.remoteId(object);
  if (remote !== undefined)
    return ['known', typeof object === 'function' ? [] : entries(object, slot, true), remote];
  if (typeof object === 'function') return functionNode(object, slot, handles);
  if (Array.isArray(object)) return ['array', arraySlots(object, slot)];
  if (types.isDate(object)) return ['date', slot(object.getTime())];
  if (types.isRegExp(object)) return ['regexp', [object.source, object.flags]];
  if (types.isMap(object)) return ['map', [...object].map(([key, value]) => [slot(key), slot(value)])];
  if (types.isSet(object)) return ['set', [...object].map(slot)];
  if (types.isTypedArray(object))
    return ['bytes', base64(object), object[Symbol.toStringTag], Buffer.isBuffer(object)];
  if (types.isArrayBuffer(object)) return ['bytes', base64(new Uint8Array(object)), 'ArrayBuffer', false];
  if (types.isPromise(object)) return ['promise', [], handles.export(object)];
  if (types.isNativeError(object) || object instanceof Error) return errorNode(object, slot);
  if (isTensor(object)) return ['tensor', slot(object.dataSync()), object.shape, object.dtype];
  return objectNode(object, slot, handles);
}

function arraySlots(array: readonly unknown[], slot: ToSlot): unknown[] {
  if (array.length > mostNodes * 10)
    throw new TypeError(
      `Cannot pass an array of ${array.length} elements, at most ${mostNodes * 10} are allowed`,
    );
  return Array.from(array, (value, nth) => (value === undefined && !(nth in array) ? ['h'] : slot(value)));
}

const base64 = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function errorNode(error: Error, slot: ToSlot): Node {
  const { name, message, cause } = error;
  return [
    'error',
    entries(error, slot, true),
    String(name),
    String(message),
    cause === undefined ? ['u'] : slot(cause),
  ];
}

function functionNode(own: object, slot: ToSlot, handles: Handles): Node {
  const { name, length } = own as { name: unknown; length: unknown };
  const hidden = new Set(['name', 'length', 'prototype', 'arguments', 'caller']);
  const statics = handles.open
    ? Object.getOwnPropertyNames(own)
        .filter((key) => !hidden.has(key))
        .map((key) => [key, slot((own as Record<string, unknown>)[key])])
    : [];
  return ['function', statics, handles.export(own), String(name), Number(length)];
}

/** A plain object, with a handle only if it has methods; or an instance of a class. */
function objectNode(object: object, slot: ToSlot, handles: Handles): Node {
  const prototype: object | null = Object.getPrototypeOf(object);
  const content = entries(object, slot, false);
  if (prototype === null || isObjectPrototype(prototype)) {
    const methods = Object.keys(object).filter(
      (key) => typeof (object as Record<string, unknown>)[key] === 'function',
    );
    const iterates = [...symbolsOf(object)];
    if (methods.length + iterates.length === 0) return ['object', content, prototype === null];
    const all = [...methods, ...iterates];
    return ['instance', content, handles.export(object, all), iterates, [], null];
  }
  const { methods, getters } = inherited(object);
  const { constructor: type } = prototype as { constructor?: unknown };
  const id = handles.export(object, [...methods, ...getters, ...Object.keys(object)]);
  return [
    'instance',
    content,
    id,
    methods,
    getters,
    handles.open && typeof type === 'function' ? slot(type) : null,
  ];
}

/** `Object.prototype`, of this realm or another. */
const isObjectPrototype = (prototype: object): boolean =>
  prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;

function* symbolsOf(object: object): Generator<string> {
  for (const symbol of Object.getOwnPropertySymbols(object)) {
    const text = keyText(symbol);
    if (text !== undefined) yield text;
  }
}

/** Names of what an object has from its classes. */
function inherited(object: object): { readonly methods: string[]; readonly getters: string[] } {
  const methods = new Set<string>();
  const getters = new Set<string>();
  let prototype: object | null = Object.getPrototypeOf(object);
  for (let depth = 0; prototype && !isObjectPrototype(prototype) && depth < 20; depth++) {
    for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (key === 'constructor') continue;
      if (get) getters.add(key);
      else if (typeof value === 'function') methods.add(key);
    }
    for (const key of symbolsOf(prototype)) methods.add(key);
    prototype = Object.getPrototypeOf(prototype);
  }
  return { methods: [...methods], getters: [...getters] };
}

function entries(object: object, slot: ToSlot, dataOnly: boolean): unknown[] {
  return Object.keys(object).flatMap((key) => {
    const value = (object as Record<string, unknown>)[key];
    return dataOnly && typeof value === 'function' ? [] : [[key, slot(value)]];
  });
}

/** What is read of a TensorFlow.js tensor. */
interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly dataSync: () => unknown;
}

function isTensor(value: object): value is TensorLike {
  const { shape, dtype, dataSync } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === 'string' && typeof dataSync === 'function';
}
