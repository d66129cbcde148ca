/**
 * What every reader hands out for each record of a file: its value, or the sentence of what is wrong with it. By one rule
 * `readX` gives the values alone, ready for a pipeline, and tells `onProblem` of the rest; `readXItems` gives the items.
 */
import type { ByteOptions } from '../bytes/byteSource.js';

/** How a file is read. */
export interface ReaderOptions extends ByteOptions {
  /** Largest record, line or document, bytes; default 32 MiB. A larger one is a problem, and is not held in memory. */
  readonly maxBytes?: number;
  /** What the ids of documents begin with that have none of their own; default the name of the file, without its folder. */
  readonly name?: string;
}

/** One line, row or record of a file; they count from 1. */
export type Item<T> =
  /** A valid record; `warning` where it was not quite what it should be. */
  | { readonly kind: 'value'; readonly record: number; readonly value: T; readonly warning?: string }
  /** A valid record that is not of the kind asked for. */
  | { readonly kind: 'skipped'; readonly record: number; readonly message: string }
  /** A record that cannot be read. The message names the file and the record. */
  | { readonly kind: 'problem'; readonly record: number; readonly message: string };

/** What is not as it should be about a record. */
export interface Remark {
  /** Damaged, or of another kind, and so not handed out; or handed out with a warning. */
  readonly kind: 'problem' | 'skipped' | 'warning';
  readonly record: number;
  readonly message: string;
}

/** Who hears of what is not a valid record. */
export interface ItemOptions {
  /** Called with each damaged record; without it the first one is thrown. */
  readonly onProblem?: (remark: Remark) => void;
  /** Called with each skipped record and each warning; default nothing. */
  readonly onRemark?: (remark: Remark) => void;
}

/**
 * The values alone. A damaged record does not end the reading of those after it.
 *
 * @throws {SyntaxError} At the first damaged record, if there is no `onProblem` to hear of it.
 */
export async function* valuesOf<T>(
  items: AsyncIterable<Item<T>>,
  { onProblem, onRemark }: ItemOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    const { kind, record } = item;
    if (kind === 'value') {
      if (item.warning !== undefined) onRemark?.({ kind: 'warning', record, message: item.warning });
      yield item.value;
    } else if (kind === 'skipped') onRemark?.({ kind, record, message: item.message });
    else if (onProblem) onProblem({ kind, record, message: item.message });
    else throw new SyntaxError(item.message);
  }
}

/**
 * Makes something else of each value, or several things of it.
 *
 * @param convert A SyntaxError that it throws is a problem of that record, and of no other.
 */
export async function* convertItems<T, U>(
  items: AsyncIterable<Item<T>>,
  where: Place,
  convert: (value: T, record: number) => readonly U[],
): AsyncGenerator<Item<U>, void, undefined> {
  for await (const item of items) {
    if (item.kind !== 'value') {
      yield item;
      continue;
    }
    const { record, warning } = item;
    let values: readonly U[];
    try {
      values = convert(item.value, record);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      yield { kind: 'problem', record, message: `${where(record)}: ${error.message}` };
      continue;
    }
    for (const value of values) yield { kind: 'value', record, value, ...(warning && { warning }) };
  }
}

/** What a reader says of a file of some bytes that gave no item, so that none ends without a word. */
export const noRecord = (path: string): Item<never> => ({
  kind: 'skipped',
  record: 1,
  message: `${path}: it holds no record`,
});

/** Names a record of a file, such as `a.jsonl, line 3`. */
export type Place = (record: number) => string;

export const placeIn =
  (path: string, unit: 'line' | 'row'): Place =>
  (record) =>
    `${path}, ${unit} ${record}`;
