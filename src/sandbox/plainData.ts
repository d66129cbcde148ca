/** Values that leave the walls for good, as plain data that holds nothing of where it came from. */
import { decode } from './decode.js';
import { encode } from './encode.js';
import { type Graph, type Handles, unreadable } from './graph.js';

/** Numbers, texts and the like, and these. */
const plainKinds = new Set<unknown>(['array', 'object', 'map', 'set', 'date', 'bytes']);

/** Nothing is named that stays on its side. */
const handles: Handles = {
  open: false,
  export: () => 0, // a graph with such a part is not plain
  remoteId: () => undefined,
  own: () => {
    throw unreadable();
  },
  standIn: () => {
    throw unreadable();
  },
  mayHave: () => false,
};

const isPlain = ({ nodes }: Graph): boolean => nodes.every(([, [kind]]) => plainKinds.has(kind));

/** A value as a graph; `undefined` if a part of it is no data: a function, an instance of a class, a symbol. */
export function plainGraph(value: unknown): Graph | undefined {
  try {
    const { graph } = encode([value], handles);
    return isPlain(graph) ? graph : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a graph, which nobody trusts. @throws {TypeError} If it is not plain data. */
export function plainValue(graph: Graph): unknown {
  try {
    if (isPlain(graph)) return decode(graph, handles).values[0];
  } catch {} // whatever it was made to look like
  throw unreadable();
}
