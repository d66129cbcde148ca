/** Places in a word by the rank of what stands there: the lowest rank comes first, and of equal ranks the first place. */

/** A heap of ranks and places in typed arrays, so that a word of a hundred megabytes fits into memory. */
export interface RankHeap {
  readonly push: (rank: number, place: number) => void;
  /** Takes out the first and puts it into `rank` and `place`; false where nothing is left. */
  readonly pop: () => boolean;
  readonly rank: number;
  readonly place: number;
}

/**
 * Makes an empty heap.
 *
 * @param room How many there will be at most at one time, or a guess: it grows.
 */
export function createRankHeap(room: number): RankHeap {
  let ranks = new Int32Array(room);
  let places = new Int32Array(room);
  let size = 0;
  const first = { rank: -1, place: -1 };
  const push = (rank: number, place: number): void => {
    if (size === ranks.length) [ranks, places] = [grown(ranks), grown(places)];
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = ranks[parent]!;
      if (above < rank || (above === rank && places[parent]! < place)) break;
      ranks[at] = above;
      places[at] = places[parent]!;
      at = parent;
    }
    ranks[at] = rank;
    places[at] = place;
  };
  const pop = (): boolean => {
    if (size === 0) return false;
    first.rank = ranks[0]!;
    first.place = places[0]!;
    const rank = ranks[--size]!;
    const place = places[size]!;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(child + 1, child)) child++;
      if (rank < ranks[child]! || (rank === ranks[child] && place < places[child]!)) break;
      ranks[at] = ranks[child]!;
      places[at] = places[child]!;
      at = child;
    }
    ranks[at] = rank;
    places[at] = place;
    return true;
  };
  const isBefore = (one: number, other: number): boolean =>
    ranks[one]! < ranks[other]! || (ranks[one] === ranks[other] && places[one]! < places[other]!);
  return Object.assign(first, { push, pop });
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length + 16);
  larger.set(array);
  return larger;
}
