/** What a submission may use. */

/** Limits of one submission. */
export interface Limits {
  /** Longest time of one cell, in seconds. */
  readonly cellSeconds: number;
  /** Longest time of the whole submission, in seconds. */
  readonly totalSeconds: number;
  /** Resident memory, in megabytes. */
  readonly memory: number;
  /** Bytes that it may print; the rest is thrown away. */
  readonly output: number;
  /** Files open at the same time. */
  readonly openFiles: number;
}

export const defaultLimits: Limits = {
  cellSeconds: 20,
  totalSeconds: 300,
  memory: 1500,
  output: 1_000_000,
  openFiles: 256,
};

/** Longest time of a cell of the source that is no test, in seconds: it is trusted, and may train a model. */
export const sourceSeconds = 120;

/** How much longer the tests' process may take than the submission's, in seconds. */
export const graceSeconds = 5;
