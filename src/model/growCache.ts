/** More room in a cache, for texts that turn out longer than was thought. */
import { createCache, type KeyValueCache } from './cache.js';
import { fullConfig, type GptConfig } from './config.js';

/**
 * A cache that remembers what another does, with room for longer texts.
 *
 * @param capacity Longest text, in tokens; at least what the other has room for.
 * @throws {RangeError} If the model cannot read such long texts.
 */
export function growCache(config: GptConfig, cache: KeyValueCache, capacity: number): KeyValueCache {
  const slots = cache.lengths.length;
  const grown = createCache(config, slots, capacity);
  grown.lengths.set(cache.lengths);
  const heads = fullConfig(config).nKvHead;
  const width = cache.layers[0]!.keys.length / (slots * heads * cache.capacity); // channels of a head
  for (const [nth, layer] of cache.layers.entries()) {
    for (const name of ['keys', 'values'] as const) {
      for (let head = 0; head < slots * heads; head++) {
        const filled = cache.lengths[Math.floor(head / heads)]! * width;
        const from = head * cache.capacity * width;
        grown.layers[nth]![name].set(layer[name].subarray(from, from + filled), head * capacity * width);
      }
    }
  }
  return grown;
}
