/** What code of nobody's trust may use. */

/** Limits of one process, but for its time. */
export interface Walls {
  /** Resident memory, in megabytes. */
  readonly memory: number;
  /** Characters that it may print; the rest is thrown away. */
  readonly output: number;
  /** Files open at the same time. */
  readonly openFiles: number;
  /** What its files may hold together, in megabytes. */
  readonly disk: number;
}

/** Limits of one submission. Times are those of computing; see `clockFactor`. */
export interface Limits extends Walls {
  /** Longest time of one cell, in seconds. */
  readonly cellSeconds: number;
  /** Longest time of the whole submission, in seconds. */
  readonly totalSeconds: number;
}

export const defaultLimits: Limits = {
  cellSeconds: 20,
  totalSeconds: 300,
  memory: 1500,
  output: 1_000_000,
  openFiles: 256,
  disk: 100,
};

/**
 * How much longer than it may compute anything may take by the clock: it ends what waits for ever, and is large, since
 * other programs may keep the machine busy.
 */
export const clockFactor = 4;
