/**
 * Compares what was expected with what a reader's function gave, and says where they part. What a value is is asked
 * of the language itself, not of the value: an object that calls itself a map is none.
 */
import { inspect, types } from 'node:util';
import { tf } from '../backend/tf.js';

/**
 * Says how a value differs from the expected one, or `undefined` if it does not. Numbers may be off by `tolerance`
 * times the expected one, or by `tolerance` where that is below 1; kinds must be the same, maps and sets in any order.
 *
 * @throws {unknown} What the value throws when it is read.
 */
export function difference(expected: unknown, got: unknown, tolerance: number): string | undefined {
  return compare(expected, got, tolerance, '');
}

function compare(expected: unknown, got: unknown, tolerance: number, at: string): string | undefined {
  const [kind, gotKind] = [kindOf(expected), kindOf(got)];
  if (kind !== gotKind) return `${place(at)}${kind} is expected, not ${gotKind}`;
  if (typeof expected === 'number') {
    return near(expected, got as number, tolerance)
      ? undefined
      : `${place(at)}${expected} is expected, not ${got}`;
  }
  if (expected instanceof tf.Tensor) return compareTensors(expected, got as tf.Tensor, tolerance, at);
  if (types.isSet(expected)) {
    // The members of a set are its keys, so they are compared as a map's are.
    return compareEntries(keyed([...expected]), keyed(setMembers(got)), tolerance, at, 'member');
  }
  if (types.isMap(expected)) {
    return compareEntries(expected, new Map(mapEntries(got)), tolerance, at, 'key');
  }
  if (Array.isArray(expected) || types.isTypedArray(expected)) {
    return compareLists(expected as ArrayLike<unknown>, got as ArrayLike<unknown>, tolerance, at);
  }
  if (kind === 'an object') {
    const [wanted, given] = [expected, got].map((value) => new Map(Object.entries(value as object)));
    return compareEntries(wanted!, given!, tolerance, at, 'property');
  }
  if (Object.is(expected, got)) return undefined;
  return `${place(at)}${short(expected)} is expected, not ${short(got)}`;
}

/** What a value is, in words, with its article. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : 'a number';
  if (Array.isArray(value)) return 'an array';
  const name = builtIn(value);
  if (name) return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

function builtIn(value: unknown): string | undefined {
  if (types.isMap(value)) return 'Map';
  if (types.isSet(value)) return 'Set';
  if (types.isPromise(value)) return 'Promise';
  if (types.isGeneratorObject(value)) return 'generator';
  if (value instanceof tf.Tensor) return 'tensor';
  if (types.isTypedArray(value)) return Object.prototype.toString.call(value).slice(8, -1);
  return undefined;
}

const place = (at: string): string => (at ? `at ${at} ` : '');

const short = (value: unknown): string => inspect(value, { maxStringLength: 100 });

const near = (expected: number, got: number, tolerance: number): boolean =>
  expected === got ||
  (Number.isNaN(expected) && Number.isNaN(got)) ||
  Math.abs(expected - got) <= tolerance * Math.max(1, Math.min(Math.abs(expected), Number.MAX_VALUE));

function compareLists(
  expected: ArrayLike<unknown>,
  got: ArrayLike<unknown>,
  tolerance: number,
  at: string,
): string | undefined {
  for (let nth = 0; nth < Math.min(expected.length, got.length); nth++) {
    const found = compare(expected[nth], got[nth], tolerance, `${at}[${nth}]`);
    if (found) return found;
  }
  if (expected.length === got.length) return undefined;
  return `${place(at)}the length ${expected.length} is expected, not ${got.length}`;
}

function compareEntries(
  expected: ReadonlyMap<unknown, unknown>,
  got: ReadonlyMap<unknown, unknown>,
  tolerance: number,
  at: string,
  what: string,
): string | undefined {
  for (const [key, value] of expected) {
    if (!got.has(key)) return `${place(at)}the ${what} ${String(key)} is missing`;
    const inside = what === 'property' ? `${at}.${String(key)}` : `${at}[${String(key)}]`;
    const found = compare(value, got.get(key), tolerance, inside);
    if (found) return found;
  }
  const extra = [...got.keys()].find((key) => !expected.has(key));
  return got.size === expected.size
    ? undefined
    : `${place(at)}the ${what} ${String(extra)} should not be there`;
}

function compareTensors(
  expected: tf.Tensor,
  got: tf.Tensor,
  tolerance: number,
  at: string,
): string | undefined {
  const [shape, gotShape] = [expected, got].map((tensor) => `[${tensor.shape.join(',')}]`);
  if (shape !== gotShape) return `${place(at)}the shape ${shape} is expected, not ${gotShape}`;
  const [values, gotValues] = [expected.dataSync(), got.dataSync()];
  const far = Array.from(values, (value, nth) => Math.abs(value - gotValues[nth]!));
  const worst = far.reduce((most, error, nth) => (error > far[most]! || Number.isNaN(error) ? nth : most), 0);
  if (Array.from(values).every((value, nth) => near(value, gotValues[nth]!, tolerance))) return undefined;
  return `${place(at)}number ${worst} of the tensor is furthest off: ${values[worst]} is expected, not ${gotValues[worst]}`;
}

const keyed = (members: readonly unknown[]): Map<unknown, unknown> =>
  new Map(members.map((member) => [member, undefined]));

// The language's own iteration: a subclass may have overwritten what `for … of` would use.
const mapEntries = (map: unknown): [unknown, unknown][] => [
  ...Map.prototype.entries.call(map as Map<unknown, unknown>),
];
const setMembers = (set: unknown): unknown[] => [...Set.prototype.values.call(set as Set<unknown>)];
