/** Windows that know where documents begin. */
import type { RowWindows, TokenRow } from './tokenRow.js';

/** How documents are told apart, and what becomes of the text behind the end of one. */
export interface DocumentBoundaries {
  /** The id in front of each document. */
  readonly separatorId: number;
  /**
   * A window begins at a document's separator, or a whole number of windows behind it. Where the document ends inside it,
   * the separator of the next is still a target, and what follows is left out of the loss (`mask`, the default), or is
   * learned too, although the model sees the other document before it (`learn`); then the beginnings of documents are
   * learned more often than their ends.
   */
  readonly across?: 'mask' | 'learn';
}

/** Tokens that are looked at in one go. */
const chunk = 1 << 18;

/**
 * The windows of a row by documents. All of the row is read once, here; what is kept are eight bytes a document.
 *
 * @param length Tokens of a window.
 */
export function documentWindows(
  row: TokenRow,
  length: number,
  { separatorId, across = 'mask' }: DocumentBoundaries,
): RowWindows {
  const starts = documentStarts(row, separatorId);
  const ends = new Uint32Array(starts.length); // how many windows there are up to each document's end
  let count = 0;
  for (const nth of starts.keys()) {
    count += Math.ceil(targetsOf(row, starts, nth) / length);
    ends[nth] = count;
  }
  return {
    count,
    place: (number) => {
      const nth = firstAbove(ends, number);
      const behind = (number - (nth === 0 ? 0 : ends[nth - 1]!)) * length;
      const start = starts[nth]! + behind;
      const left = across === 'mask' ? targetsOf(row, starts, nth) - behind : row.length - 1 - start;
      return { start, counted: Math.min(length, left) };
    },
  };
}

/** What a document has to be guessed: all behind its first token, and the separator of the next. */
const targetsOf = (row: TokenRow, starts: Uint32Array, nth: number): number =>
  (starts[nth + 1] ?? row.length - 1) - starts[nth]!;

/** Where documents begin; the first token begins one, whatever it is. */
function documentStarts(row: TokenRow, separatorId: number): Uint32Array {
  const starts: number[] = [];
  for (let from = 0; from < row.length; from += chunk) {
    const ids = row.read(from, Math.min(chunk, row.length - from));
    for (let at = 0; at < ids.length; at++)
      if (ids[at] === separatorId || from + at === 0) starts.push(from + at);
  }
  return Uint32Array.from(starts);
}

/** The first place whose number is above `value`, in numbers that do not fall. */
function firstAbove(numbers: Uint32Array, value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
