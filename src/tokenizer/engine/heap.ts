/** A heap of numbers: what comes first is at hand in constant time, whatever order it came in. */
export interface Heap {
  readonly push: (item: number) => void;
  /** Takes out the first item; `undefined` once the heap is empty. */
  readonly pop: () => number | undefined;
}

/**
 * Makes an empty heap.
 *
 * @param isBefore Whether the first of two items comes first. The answer must not change while both are inside.
 */
export function createHeap(isBefore: (a: number, b: number) => boolean): Heap {
  const items: number[] = [];
  return {
    push: (item) => {
      let at = items.length;
      items.push(item);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(item, items[parent]!)) break;
        items[at] = items[parent]!;
        at = parent;
      }
      items[at] = item;
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      let at = 0;
      for (let child = 1; child < items.length; child = 2 * at + 1) {
        if (child + 1 < items.length && isBefore(items[child + 1]!, items[child]!)) child++;
        if (!isBefore(items[child]!, last)) break;
        items[at] = items[child]!;
        at = child;
      }
      items[at] = last;
      return first;
    },
  };
}
