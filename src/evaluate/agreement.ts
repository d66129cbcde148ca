/** How far labellers agree, beyond what chance would make them. */

/**
 * Cohen's kappa (1960) of two labellers: 1 where they always agree, 0 where they agree as often as chance would have it
 * if each kept the shares of their own labels, below 0 where less often. NaN where chance makes them agree always, as when
 * both give every item the same label.
 *
 * @param one A label for each item.
 * @param other The other labeller's, in the same order.
 * @throws {RangeError} If there are no items, or not as many of both.
 *
 * @example
 * cohensKappa(['good', 'good', 'bad', 'bad'], ['good', 'bad', 'bad', 'bad']) // 0.5
 */
export function cohensKappa<T>(one: readonly T[], other: readonly T[]): number {
  if (one.length === 0 || one.length !== other.length)
    throw new RangeError(
      `Cannot measure agreement: expected two labels for each item, got ${one.length} and ${other.length}`,
    );
  const share = (labels: readonly T[], label: T) =>
    labels.filter((each) => each === label).length / labels.length;
  const observed = one.filter((label, nth) => label === other[nth]).length / one.length;
  const chance = [...new Set(one)].reduce((sum, label) => sum + share(one, label) * share(other, label), 0);
  return (observed - chance) / (1 - chance);
}

/**
 * Fleiss' kappa (1971) of two or more labellers, who need not be the same for each item. As `cohensKappa`, but chance is
 * that of the shares of all labels together.
 *
 * @param items The labels of each item, as many for each.
 * @throws {RangeError} If there are no items, an item has fewer than two labels, or not as many as the others.
 *
 * @example
 * fleissKappa([['a', 'a', 'a'], ['b', 'b', 'b']]) // 1
 */
export function fleissKappa<T>(items: readonly (readonly T[])[]): number {
  const labellers = items[0]?.length ?? 0;
  const wrong = items.find((labels) => labels.length < 2 || labels.length !== labellers);
  if (items.length === 0 || wrong)
    throw new RangeError(
      `Cannot measure agreement: expected two or more labels for each item, as many for each, got ${wrong?.length ?? 'no item'}`,
    );
  const all = items.flat();
  const counts = (labels: readonly T[]) =>
    [...new Set(labels)].map((label) => labels.filter((each) => each === label).length);
  const pairs = (labels: readonly T[]) => counts(labels).reduce((sum, count) => sum + count * (count - 1), 0);
  const observed =
    items.reduce((sum, labels) => sum + pairs(labels), 0) / (items.length * labellers * (labellers - 1));
  const chance = counts(all).reduce((sum, count) => sum + (count / all.length) ** 2, 0);
  return (observed - chance) / (1 - chance);
}
