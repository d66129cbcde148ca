/** The rows of a file of objects, whichever of the two formats it has. */
import { fileName } from '../bytes/hub.js';
import type { Row } from './fields.js';
import { type Item, type Place, placeIn, type ReaderOptions } from './items.js';
import { readParquetItems } from './parquet/readParquet.js';
import { readJsonlItems } from './readJsonl.js';

/** Rows, and how a message names one. */
export interface Rows {
  readonly items: AsyncGenerator<Item<Row>, void, undefined>;
  readonly where: Place;
}

/**
 * Opens a `.parquet`, or else a JSON Lines file.
 *
 * @param options.maxBytes Longest line, or most bytes of rows at a time.
 */
export function readRows(path: string, options: ReaderOptions): Rows {
  return fileName(path).endsWith('.parquet')
    ? { items: readParquetItems(path, options), where: placeIn(path, 'row') }
    : { items: readJsonlItems(path, options), where: placeIn(path, 'line') };
}
