/** Numbers that count something: a wrong one would end a loop at once, or never, without a word. */

/**
 * Looks at the counts of an options object.
 *
 * @param action What is asked for, as `train`.
 * @throws {RangeError} If one is no whole number from 1 up; the message names it.
 */
export function checkCounts(action: string, counts: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(counts))
    if (!(Number.isInteger(value) && Number(value) >= 1))
      throw new RangeError(
        `Cannot ${action}: expected ${name} to be a whole number from 1 up, got ${String(value)}`,
      );
}
