/**
 * A graph back to values: see `graph.ts`. Whatever comes in ends in a value or in one `TypeError`; keys such as
 * `__proto__` become plain properties.
 */
import { define, type Graph, type Handles, mostNodes, type Node, type Table, unreadable } from './graph.js';
import { bytesOf, tensorOf } from './numbers.js';

/** Decoded values, and the objects behind all numbers. */
export interface Decoded {
  readonly values: readonly unknown[];
  readonly table: Table;
  readonly nodes: readonly (Node | undefined)[];
}

/**
 * Decodes a graph.
 *
 * @param table Objects that have numbers already; nodes for these change them in place.
 * @throws {TypeError} If the graph is not one.
 */
export function decode(graph: Graph, handles: Handles, table: Table = []): Decoded {
  const { roots, nodes } = checked(graph);
  const objects = [...table];
  const byNumber: (Node | undefined)[] = [];
  const fresh = nodes.filter(([nth]) => nth >= table.length);
  for (const [nth, node] of nodes) byNumber[nth] = node;
  const value = (slot: unknown) => valueIn(slot, objects);
  // Functions first: they are the classes of instances. Then tensors' and errors' contents come before them.
  for (const pass of [isFunction, isContainer, () => true]) {
    for (const [nth, node] of fresh) {
      if (objects[nth] === undefined && pass(node)) objects[nth] = shell(node, value, handles);
    }
  }
  for (const [nth, node] of nodes) {
    const object = objects[nth]!;
    if (nth >= table.length || mayChange(object, handles)) fill(object, node, value, handles);
  }
  return { values: roots.map(value), table: objects, nodes: byNumber };
}

function checked({ roots, nodes }: Graph): Graph {
  if (!Array.isArray(roots) || !Array.isArray(nodes) || nodes.length > mostNodes) throw unreadable();
  for (const entry of nodes) {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) throw unreadable();
    const [nth] = entry;
    if (!Number.isInteger(nth) || nth < 0 || nth > 2 * mostNodes) throw unreadable();
  }
  return { roots, nodes };
}

const isFunction = ([kind]: Node): boolean => kind === 'function';
const isContainer = ([kind]: Node): boolean => kind !== 'tensor';

/** Objects of ours that have methods are not for the other side to change, unless this side is open. */
function mayChange(object: object, handles: Handles): boolean {
  if (handles.open || handles.remoteId(object) !== undefined) return true;
  return Object.values(object).every((part) => typeof part !== 'function') && isPlain(object);
}

function isPlain(object: object): boolean {
  if (Array.isArray(object) || ArrayBuffer.isView(object) || object instanceof Map || object instanceof Set)
    return true;
  const prototype = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
}

function valueIn(slot: unknown, objects: Table): unknown {
  if (!Array.isArray(slot)) {
    if (typeof slot === 'object' && slot !== null) throw unreadable();
    return slot;
  }
  const [tag, content] = slot as [unknown, unknown];
  switch (tag) {
    case 'r': {
      const object = objects[content as number];
      if (object === undefined) throw unreadable();
      return object;
    }
    case 'u':
    case 'h':
      return undefined;
    case 'n':
      return Number(content);
    case 'b':
      return BigInt(content as string);
    default:
      throw unreadable();
  }
}

type ToValue = (slot: unknown) => unknown;

/** The object of a node, still empty where it can be filled later. */
function shell([kind, content, ...extra]: Node, value: ToValue, handles: Handles): object {
  switch (kind) {
    case 'array':
      return [];
    case 'object':
      return extra[0] === true ? Object.create(null) : {};
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'date':
      return new Date(Number(value(content)));
    case 'regexp':
      return new RegExp(...(list(content).map(String) as [string, string]));
    case 'bytes':
      return bytesOf(content, extra);
    case 'tensor':
      return tensorOf(value(content), extra);
    case 'error':
      return errorOf(String(extra[0]), String(extra[1]));
    case 'known':
      return handles.own(Number(extra[0]));
    case 'function':
      return handles.standIn('function', Number(extra[0]), extra.slice(1));
    case 'promise':
      return handles.standIn('promise', Number(extra[0]), []);
    case 'instance': {
      const [id, methods, getters, type] = extra;
      const family = type === null || handles.open ? undefined : value(type);
      return handles.standIn('object', Number(id), [list(methods), list(getters), family]);
    }
    default:
      throw unreadable();
  }
}

/** Gives an object the content of its node; what it had before goes. */
function fill(object: object, [kind, content, ...extra]: Node, value: ToValue, handles: Handles): void {
  switch (kind) {
    case 'array':
      fillArray(object, list(content), value);
      return;
    case 'map':
      if (!(object instanceof Map)) throw unreadable();
      object.clear();
      for (const entry of list(content)) object.set(value(list(entry)[0]), value(list(entry)[1]));
      return;
    case 'set':
      if (!(object instanceof Set)) throw unreadable();
      object.clear();
      for (const slot of list(content)) object.add(value(slot));
      return;
    case 'bytes':
      if (ArrayBuffer.isView(object)) copyBytes(object, bytesOf(content, extra));
      return;
    case 'error':
      setEntries(object, members(content, value, handles), value, false);
      if (list(extra[2])[0] !== 'u') define(object, 'cause', value(extra[2]), false);
      return;
    case 'known':
      if (handles.open && typeof object !== 'function') setEntries(object, list(content), value, false);
      return;
    case 'function':
      setEntries(object, members(content, value, handles), value, false);
      return;
    case 'object':
    case 'instance':
      setEntries(object, members(content, value, handles), value, true);
      return;
  }
}

function fillArray(object: object, slots: readonly unknown[], value: ToValue): void {
  if (!Array.isArray(object)) throw unreadable();
  if (object.length !== slots.length) object.length = slots.length;
  for (const [nth, slot] of slots.entries()) {
    if (Array.isArray(slot) && slot[0] === 'h') delete object[nth];
    else if (!(nth in object) || !Object.is(object[nth], value(slot))) object[nth] = value(slot);
  }
}

function copyBytes(target: ArrayBufferView, source: object): void {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  if (ArrayBuffer.isView(source) && source.byteLength === target.byteLength) bytes(target).set(bytes(source));
}

/** The properties of a node, without methods that it may not have here. */
function members(content: unknown, value: ToValue, { mayHave }: Handles): readonly unknown[] {
  return list(content).filter((entry) => {
    const [key, slot] = list(entry);
    return typeof value(slot) !== 'function' || mayHave(String(key));
  });
}

function setEntries(object: object, entries: readonly unknown[], value: ToValue, whole: boolean): void {
  const given = new Map(entries.map((entry) => [String(list(entry)[0]), value(list(entry)[1])]));
  if (whole) {
    for (const key of Object.keys(object))
      if (!given.has(key)) delete (object as Record<string, unknown>)[key];
  }
  for (const [key, part] of given) {
    const before = Object.getOwnPropertyDescriptor(object, key);
    if (!before || !Object.is(before.value, part)) define(object, key, part, true);
  }
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable();
  return value;
}

const standardErrors = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** An error of that name; one of JavaScript's own classes where the name is theirs. */
function errorOf(name: string, message: string): Error {
  const found = standardErrors.find((type) => type.name === name);
  const error = found ? new found(message) : new Error(message);
  if (!found && name !== 'Error') define(error, 'name', name, false);
  return error;
}
