/** Values of settings that came from a file: each is checked where it is read, and the message names its key. */

/** Settings by key, and the file that they stand in. */
export interface Settings {
  readonly path: string;
  readonly get: (key: string) => unknown;
}

/** A whole number above 0. @throws {SyntaxError} If the setting is none, or missing without a default. */
export function sizeIn(settings: Settings, key: string, otherwise?: number): number {
  const value = settings.get(key) ?? otherwise;
  return Number.isSafeInteger(value) && (value as number) > 0
    ? (value as number)
    : refuse(settings, key, 'to be a whole number above 0', value);
}

/** A number. @throws {SyntaxError} If the setting is none, or missing without a default. */
export function numberIn(settings: Settings, key: string, otherwise?: number): number {
  const value = settings.get(key) ?? otherwise;
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : refuse(settings, key, 'to be a number', value);
}

/** A text, if there is one. @throws {SyntaxError} If the setting is something else. */
export function textIn(settings: Settings, key: string): string | undefined {
  const value = settings.get(key) ?? undefined;
  return typeof value === 'string' || value === undefined
    ? value
    : refuse(settings, key, 'to be text', value);
}

/** A setting that may be one of these, `undefined` for left out. @throws {SyntaxError} If it is another. */
export function only(settings: Settings, key: string, ...known: readonly unknown[]): void {
  const value = settings.get(key) ?? undefined;
  if (known.includes(value)) return;
  const expected = known.map((one) => (one === undefined ? 'left out' : shown(one))).join(' or ');
  refuse(settings, key, `to be ${expected}`, value);
}

/** Ids of a vocabulary: one, a list of some, or none. @throws {SyntaxError} If the setting is something else. */
export function idsIn(settings: Settings, key: string, vocabSize: number): number[] {
  const value = settings.get(key) ?? [];
  const ids = Array.isArray(value) ? value : [value];
  const isId = (id: unknown) => Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocabSize;
  return ids.every(isId) ? ids : refuse(settings, key, `to be ids from 0 to ${vocabSize - 1}`, value);
}

/** @throws {SyntaxError} Always. */
export function refuse({ path }: Settings, key: string, expected: string, got: unknown): never {
  throw new SyntaxError(`Cannot read ${path}: expected ${key} ${expected}, got ${shown(got)}`);
}

/** A value as a message shows it: as JSON, cut where it is long. */
export function shown(value: unknown): string {
  const plain = (_: string, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner);
  return cut(JSON.stringify(value, plain) ?? 'nothing');
}

/** A text as a message shows it, cut where it is long. */
export const cut = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59)}…`);

/** A shape as a message shows it. */
export const shownShape = (shape: readonly number[]): string => `[${cut(shape.join())}]`;
