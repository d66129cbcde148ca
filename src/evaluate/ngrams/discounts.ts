/** How much modified Kneser-Ney takes off each count (Chen and Goodman 1998, equation 26). */

/** Taken off a count of 1, of 2, and of 3 or more. */
export type Discounts = readonly [one: number, two: number, more: number];

/** How many n-grams came once, twice, three times and four times. */
export type CountsOfCounts = readonly [n1: number, n2: number, n3: number, n4: number];

/** Counts the counts. */
export function countsOfCounts(counts: ArrayLike<number>): CountsOfCounts {
  const found: [number, number, number, number] = [0, 0, 0, 0];
  for (let nth = 0; nth < counts.length; nth++) {
    const count = counts[nth]!;
    if (count >= 1 && count <= 4) found[count - 1]!++;
  }
  return found;
}

/**
 * The discounts that suit a text: with Y = n1 / (n1 + 2 n2), they are k - (k + 1) Y n(k+1) / n(k) for k = 1, 2 and 3.
 * Where the counts do not allow that, as where no single token came just once, they are 0.5, 1 and 1.5, KenLM's way out
 * (Heafield et al. 2013).
 */
export function estimateDiscounts([n1, n2, n3, n4]: CountsOfCounts): Discounts {
  const y = n1 / (n1 + 2 * n2);
  const discounts = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3] as const;
  const isPossible = [n1, n2, n3, n4].every((count) => count > 0);
  const isInRange = discounts.every((discount, nth) => discount > 0 && discount <= nth + 1);
  return isPossible && isInRange ? discounts : [0.5, 1, 1.5];
}
