/**
 * Groups that grow by joining two at a time (union-find). The first of a group stands for it, so the answer does not
 * depend on the order of the joins.
 */

/** Things numbered from 0, each in one group. */
export interface UnionFind {
  /** Makes one group of the groups of two things. */
  readonly join: (one: number, other: number) => void;
  /** The first thing of a thing's group. */
  readonly firstOf: (thing: number) => number;
}

/**
 * Starts with each of `count` things, fewer than 2^32, in a group of its own; takes 4 bytes a thing.
 *
 * @example
 * const groups = createUnionFind(4);
 * groups.join(3, 1);
 * [0, 1, 2, 3].map(groups.firstOf) // [0, 1, 2, 1]
 */
export function createUnionFind(count: number): UnionFind {
  const parents = new Uint32Array(count);
  for (let nth = 0; nth < count; nth++) parents[nth] = nth;
  // On the way each parent becomes its parent's parent, which keeps the paths short.
  const firstOf = (thing: number): number => {
    let at = thing;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  return {
    firstOf,
    join: (one, other) => {
      const [a, b] = [firstOf(one), firstOf(other)];
      parents[Math.max(a, b)] = Math.min(a, b);
    },
  };
}
