/** The points of a test cell, as nbgrader counts them. */
import type { Ran } from './twoProcesses.js';

/**
 * Nothing for a cell that fails, writes to stderr, or during which a process ended; the last value, if it is a number,
 * but not more than there are; else all points.
 *
 * @example
 * score({ ok: true, outputs: [] }, 3) // 3
 */
export function score({ ok, ended, outputs }: Ran, maxPoints: number): number {
  if (!ok || ended !== undefined) return 0;
  if (outputs.some((output) => output.type === 'stream' && output.name === 'stderr')) return 0;
  const result = outputs.findLast(({ type }) => type === 'result');
  const text = result?.type === 'result' ? String(result.data['text/plain'] ?? '').trim() : '';
  if (!/^[-+]?(\d|\.\d|Infinity|NaN)/.test(text)) return maxPoints;
  const value = Number(text);
  return Number.isNaN(value) ? (text === 'NaN' ? 0 : maxPoints) : Math.min(maxPoints, Math.max(0, value));
}

/** Numbers, from 1, of the lines between the markers of hidden tests. */
export function hiddenLines(source: string): ReadonlySet<number> {
  const found = new Set<number>();
  let hidden = false;
  for (const [index, line] of source.split('\n').entries()) {
    if (line.includes('BEGIN HIDDEN TESTS')) hidden = true;
    if (hidden) found.add(index + 1);
    if (line.includes('END HIDDEN TESTS')) hidden = false;
  }
  return found;
}
