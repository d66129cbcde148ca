/** The rows of a file of objects, whichever of the two formats it has. */

import { fileName, type HubOptions } from '../bytes/hub.js';
import type { Row } from './fields.js';
import type { Item } from './items.js';
import { readParquet, rowOf } from './parquet/readParquet.js';
import { lineOf, readJsonl } from './readJsonl.js';

/** Rows, and how a message names one. */
export interface Rows {
  readonly items: AsyncGenerator<Item<Row>, void, undefined>;
  readonly where: (record: number) => string;
}

/**
 * Opens a `.parquet`, or else a JSON Lines file.
 *
 * @param options.maxBytes Longest line, or most bytes of rows at a time.
 */
export function readRows(
  path: string,
  options: { readonly maxBytes?: number; readonly remote?: HubOptions },
): Rows {
  return fileName(path).endsWith('.parquet')
    ? { items: readParquet(path, options), where: rowOf(path) }
    : { items: readJsonl(path, options), where: lineOf(path) };
}
