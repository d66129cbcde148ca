/** What somebody meant who mistyped a word. */

/**
 * The candidate with the fewest letters to change, put in or take out; `undefined` where all are far.
 *
 * @example
 * nearest('--sise', ['--size', '--out']) // '--size'
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(word.replace(/^-+/, '').length / 3));
  let [best, least]: [string | undefined, number] = [undefined, most + 1];
  for (const candidate of candidates) {
    const changes = distance(word, candidate);
    if (changes < least) [best, least] = [candidate, changes];
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, nth) => nth);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === wanted ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}
