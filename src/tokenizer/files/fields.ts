/** Values of a JSON file that have to be of some kind, or the file is refused by their key. */
import { isObject, shown } from './readText.js';

export type Fields = Record<string, unknown>;

/** The type of a part that has one; the part itself otherwise. */
export const typeOf = (value: unknown): unknown => (isObject(value) ? (value.type ?? value) : value);

export function fieldsOf(value: unknown, key: string): Fields {
  return isObject(value) ? value : fail(key, 'to have keys', value);
}

export function listOf(value: unknown, key: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(key, 'to be a list', value);
}

/** Throws unless a value is one of those that are known. */
export function only(value: unknown, key: string, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const known = allowed.map((one) => (one === undefined ? 'left out' : shown(one)));
  fail(key, `to be ${known.join(' or ')}`, value);
}

export function fail(key: string, expected: string, got: unknown): never {
  throw new Error(`expected ${key} ${expected}, got ${shown(got)}`);
}
