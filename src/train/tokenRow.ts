/** Tokens in a row and the windows in it: what a stream in memory and a shard on disk have in common. */

/** Token ids of many documents, one after the other. */
export type TokenStream = Uint16Array | Uint32Array;

/** Tokens in a row. */
export interface TokenRow {
  readonly length: number;
  /** `count` ids from the `from`th on, all of which there are. */
  readonly read: (from: number, count: number) => ArrayLike<number>;
}

/** Where a window begins, and how many of its targets count; all where that is missing. */
export interface Place {
  readonly start: number;
  readonly counted?: number;
}

/** The numbered windows of a row. */
export interface RowWindows {
  readonly count: number;
  readonly place: (nth: number) => Place;
}
