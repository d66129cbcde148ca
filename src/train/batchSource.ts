/** Batches that a run can go on with: where a source stands is plain data, which a checkpoint keeps. */
import type { Batch } from './loss.js';

/** Where a source of batches stands, as JSON. */
export interface BatchState {
  readonly [name: string]: unknown;
}

/** Batches one after the other, and where it stands. */
export interface BatchSource<End = undefined> extends Iterable<Batch> {
  readonly next: () => IteratorResult<Batch, End>;
  /** Where it stands; kept as JSON. */
  readonly state: () => BatchState;
  /**
   * Goes where another source of the same making stood: the batch that would have come there comes next.
   *
   * @throws {SyntaxError} If the state is none of such a source.
   */
  readonly restore: (state: BatchState) => void;
}

/** What decides a source's batches, beside where it stands: a state with other numbers here is another source's. */
export type Making = { readonly kind: string } & {
  readonly [name: string]: string | number | readonly number[];
};

/**
 * A source out of its parts. What decides its batches stands in the state and is compared when one is restored.
 *
 * @param parts.go Goes where a state says, or answers `false` where it says nothing of the kind.
 */
export function batchSource<End>(
  making: Making,
  parts: {
    readonly next: () => IteratorResult<Batch, End>;
    readonly stand: () => BatchState;
    readonly go: (state: BatchState) => boolean;
  },
): BatchSource<End> {
  const source: BatchSource<End> = {
    next: parts.next,
    state: () => ({ ...making, ...parts.stand() }),
    restore: (state) => {
      for (const [name, own] of Object.entries(making))
        if (JSON.stringify(state[name]) !== JSON.stringify(own)) {
          const got = JSON.stringify(state[name]) ?? 'nothing';
          throw new SyntaxError(
            `Cannot go on with these batches: expected ${name} ${JSON.stringify(own)}, got ${got}`,
          );
        }
      if (!parts.go(state))
        throw new SyntaxError('Cannot go on with these batches: the state says not where');
    },
    [Symbol.iterator]: () => source as Iterator<Batch>,
  };
  return source;
}

/** Whether a value may be the state of a `Random`. */
export const isRandomState = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every(Number.isInteger) &&
  value.some((word) => word !== 0);

/** Whether a value is a whole number from 0 up to, not including, `end`. */
export const isCount = (value: unknown, end: number = Number.POSITIVE_INFINITY): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < end;
