/** The two rules of smoothing as the papers write them, over maps of joined tokens: slow, and easy to check by eye. */

interface PlainOptions {
  readonly order?: number;
  readonly vocabSize: number;
  readonly smoothing?: 'kneserNey' | 'wittenBell';
  readonly discount?: number;
}

/** How often each n-gram of a length comes. */
function rawCounts(ids: readonly number[], length: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + length <= ids.length; at++) {
    const key = ids.slice(at, at + length).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** N1+(. w): how many different n-grams one token longer end in it. */
function continuationCounts(longer: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of longer.keys()) {
    const end = key.slice(key.indexOf(' ') + 1);
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return counts;
}

/** D1, D2 and D3+. */
function discountsOf(counts: ReadonlyMap<string, number>): readonly number[] {
  const n = [0, 1, 2, 3, 4].map((times) => [...counts.values()].filter((count) => count === times).length);
  const y = n[1]! / (n[1]! + 2 * n[2]!);
  const discounts = [1, 2, 3].map((times) => times - ((times + 1) * y * n[times + 1]!) / n[times]!);
  const isUsable = discounts.every((discount, nth) => discount > 0 && discount <= nth + 1) && n[4]! > 0;
  return isUsable ? discounts : [0.5, 1, 1.5];
}

/** p(next | context). */
export function plainNgramModel(
  ids: readonly number[],
  { order = 5, vocabSize, smoothing = 'kneserNey', discount }: PlainOptions,
): (context: readonly number[], next: number) => number {
  const isKneserNey = smoothing === 'kneserNey';
  const tables = Array.from({ length: order }, (_, nth) =>
    isKneserNey && nth + 1 < order ? continuationCounts(rawCounts(ids, nth + 2)) : rawCounts(ids, nth + 1),
  );
  const discounts = tables.map((counts) => (discount ? [discount, discount, discount] : discountsOf(counts)));
  const probability = (context: readonly number[], next: number): number => {
    const counts = tables[context.length]!;
    const after = (id: number): number => counts.get([...context, id].join(' ')) ?? 0;
    const followers = Array.from({ length: vocabSize }, (_, id) => after(id)).filter((count) => count > 0);
    const total = followers.reduce((sum, count) => sum + count, 0);
    const shorter = context.length === 0 ? 1 / vocabSize : probability(context.slice(1), next);
    if (total === 0) return shorter;
    if (!isKneserNey) return (after(next) + followers.length * shorter) / (total + followers.length);
    const D = (count: number): number =>
      count === 0 ? 0 : discounts[context.length]![Math.min(count, 3) - 1]!;
    const gamma = followers.reduce((sum, count) => sum + D(count), 0) / total;
    return Math.max(after(next) - D(after(next)), 0) / total + gamma * shorter;
  };
  return (context, next) => probability(context.slice(Math.max(0, context.length - order + 1)), next);
}
