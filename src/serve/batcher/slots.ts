/** Places for texts in one cache of keys and values, which grows with the longest text. */
import { cachedLogits, cachedLogitsOfEach, createCache } from '../../model/cache.js';
import { fullConfig, type GptConfig } from '../../model/config.js';
import { growCache } from '../../model/growCache.js';
import type { InferenceParams } from '../../model/params.js';

/** A text that is to be read on. */
export interface Unread {
  readonly slot: number;
  readonly ids: readonly number[];
}

/** The places. A place that was given back remembers its text, so that one that begins the same need not be read again. */
export interface Slots {
  readonly count: number;
  readonly free: () => number;
  /**
   * Takes a place for a text, and says how many of its tokens it has read already: never all of them, and none if it is
   * to begin anew.
   */
  readonly take: (
    ids: readonly number[],
    isAnew: boolean,
  ) => { readonly slot: number; readonly read: number } | undefined;
  /** Gives a place back. */
  readonly leave: (slot: number) => void;
  /** Reads on in some texts, all at once; the logits after each. */
  readonly read: (texts: readonly Unread[]) => Float32Array[];
  /** Reads on in one text; the logits after each of its tokens. */
  readonly readEach: (text: Unread) => Float32Array[];
  readonly length: (slot: number) => number;
}

/** Bytes that a token takes in the cache. */
export function cacheBytes(config: GptConfig): number {
  const { nLayer, nKvHead, nEmbd, nHead } = fullConfig(config);
  return (8 * nLayer * nKvHead * nEmbd) / nHead;
}

const firstCapacity = 256;

/** Makes empty places. */
export function createSlots(params: InferenceParams, count: number, contextLength: number): Slots {
  let cache = createCache(params.config, count, Math.min(firstCapacity, contextLength));
  const texts: number[][] = Array.from({ length: count }, () => []); // what the cache has read, by slot
  const free = Array.from({ length: count }, (_, slot) => slot); // the one that was given back first, first
  const makeRoom = (unread: readonly Unread[]): void => {
    const longest = Math.max(...unread.map(({ slot, ids }) => cache.lengths[slot]! + ids.length));
    if (longest <= cache.capacity) return;
    cache = growCache(params.config, cache, Math.min(contextLength, Math.max(longest, 2 * cache.capacity)));
  };
  return {
    count,
    free: () => free.length,
    take: (ids, isAnew) => {
      if (free.length === 0) return undefined;
      const shared = free.map((slot) => commonStart(texts[slot]!, ids));
      const best = shared.indexOf(Math.max(...shared));
      const [slot] = free.splice(best, 1) as [number];
      const read = isAnew ? 0 : Math.min(shared[best]!, ids.length - 1);
      cache.lengths[slot] = read;
      texts[slot]!.length = read;
      return { slot, read };
    },
    leave: (slot) => {
      free.push(slot);
    },
    read: (unread) => {
      makeRoom(unread);
      const logits = cachedLogits(params, cache, unread);
      for (const { slot, ids } of unread) texts[slot]!.push(...ids);
      return logits;
    },
    readEach: (text) => {
      makeRoom([text]);
      const logits = cachedLogitsOfEach(params, cache, text);
      texts[text.slot]!.push(...text.ids);
      return logits;
    },
    length: (slot) => cache.lengths[slot]!,
  };
}

function commonStart(one: readonly number[], other: readonly number[]): number {
  const most = Math.min(one.length, other.length);
  for (let nth = 0; nth < most; nth++) if (one[nth] !== other[nth]) return nth;
  return most;
}
