/** The fields of a row from a file, each checked; a wrong one is one sentence that names it. */

/** A row as JSON or parquet gives it. */
export interface Row {
  readonly [key: string]: unknown;
}

/** Whether a value has keys. */
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field that has to be a text. */
export function textField(row: Row, key: string): string {
  const value = ownField(row, key);
  return typeof value === 'string' ? value : fail(`a text as "${key}"`, value);
}

/** A field by its name, or by the names on the way to it with dots between them. */
export function fieldAt(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const inner = ownField(row, name.slice(0, dot));
    if (isRow(inner)) return fieldAt(inner, name.slice(dot + 1));
  }
  return undefined;
}

/** A row as a message shows it, cut where it is long. */
export function shownRow(row: Row): string {
  const asText = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'string' && value.length > 60 ? `${value.slice(0, 59)}…` : value;
  };
  const text = JSON.stringify(row, asText);
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** A field that has to be a list. */
export function listField(row: Row, key: string): readonly unknown[] {
  const value = ownField(row, key);
  return Array.isArray(value) ? value : fail(`a list as "${key}"`, value);
}

export function ownField(row: Row, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

/** Says what was expected in a record. */
export function fail(expected: string, got: unknown): never {
  refuse(expected, shown(got));
}

/** The same in words of one's own. */
export function refuse(expected: string, got: string): never {
  throw new SyntaxError(`expected ${expected}, got ${got}`);
}

/** A value as a message shows it, cut where it is long. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : kindOf(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
};

/** The facts of a row: texts, numbers and truth values. Whole numbers of 64 bits that are not exact become texts. */
export function factsOf(row: Row, leaveOut: readonly string[]): Record<string, string | number | boolean> {
  const facts: [key: string, value: string | number | boolean][] = [];
  for (const [key, value] of Object.entries(row)) {
    if (leaveOut.includes(key)) continue;
    if (typeof value === 'bigint')
      facts.push([key, Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`]);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      facts.push([key, value]);
    else if (value instanceof Date && !Number.isNaN(value.getTime())) facts.push([key, value.toISOString()]);
  }
  return Object.fromEntries(facts);
}
