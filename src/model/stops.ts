/** Where a text that grows must end: sequences of token ids, or of characters. */

type Sequence = ArrayLike<number | string>;

/** The length of the longest sequence that stands at the end of a text; 0 if none does. */
export const stopLength = (text: Sequence, stops: readonly Sequence[]): number =>
  stops.reduce(
    (most, { length }, nth) => Math.max(most, endsWith(text, stops[nth]!, length) ? length : 0),
    0,
  );

/** How much of the end of a text may be the beginning of a sequence that is not complete. */
export const heldBack = (text: Sequence, stops: readonly Sequence[]): number =>
  stops.reduce((most, stop) => {
    let count = Math.min(text.length, stop.length - 1);
    while (count > most && !endsWith(text, stop, count)) count--;
    return Math.max(most, count);
  }, 0);

/** Whether the first `count` of a sequence stand at the end of a text. */
function endsWith(text: Sequence, sequence: Sequence, count: number): boolean {
  if (count > text.length) return false;
  for (let nth = 0; nth < count; nth++) if (text[text.length - count + nth] !== sequence[nth]) return false;
  return true;
}

/**
 * Throws unless each sequence has something in it.
 *
 * @throws {RangeError} Saying which has not.
 */
export function checkStops(stops: readonly Sequence[]): void {
  const empty = stops.findIndex(({ length }) => length === 0);
  if (empty >= 0)
    throw new RangeError(`Cannot generate: expected stop sequences that are not empty, got one at ${empty}`);
}
