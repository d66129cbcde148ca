/** Jupyter counts a cursor's place in Unicode code points, JavaScript in UTF-16 code units. */

/**
 * The offset in UTF-16 code units of a place given in code points; a place behind the end is the end.
 *
 * @example
 * toCodeUnits('🐋.x', 2); // 3
 */
export function toCodeUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--)
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}

/**
 * The place in code points of an offset in UTF-16 code units.
 *
 * @example
 * toCodePoints('🐋.x', 3); // 2
 */
export function toCodePoints(text: string, codeUnits: number): number {
  return [...text.slice(0, codeUnits)].length;
}
