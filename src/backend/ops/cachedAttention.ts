/**
 * Causal self-attention for texts that are read bit by bit: keys and values of what was read before lie in a cache,
 * so that one more token costs one row of attention instead of all of them.
 *
 * B = texts read now, T = new tokens of the longest, H = heads of queries, K = heads of keys and values, D = channels
 * of a head, C = H * D.
 *
 * The cache is plain arrays, made once and written in place. It has a place, a slot, for each text of a batch; a call
 * names the slots that it is about, so texts that have ended cost nothing and nothing is moved.
 *
 * A backend may have a kernel for it, `FusedCachedAttention`: input `qkv`; attributes the fields of `LayerCache`,
 * `CachePlaces` and `CacheSize`; it writes into `keys` and `values` and returns [B,T,C].
 */
import { tf } from '../tf.js';
import { type AttentionHeads, type AttentionSize, causalAttention, headsIn } from './attention.js';
import { checkFloats, ownKernel } from './fused.js';

/** The keys and the values of one layer, [slots,K,capacity,D] each. */
export interface LayerCache {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** Where the new tokens belong; one entry for each text, [B]. */
export interface CachePlaces {
  readonly slots: Int32Array;
  /** Tokens read before: the position of the first new one. */
  readonly starts: Int32Array;
  /** New tokens, 1 to T; the rest of the row is padding, which is neither kept nor looked at. */
  readonly counts: Int32Array;
}

/** The numbers that say how the arrays lie. */
export interface CacheSize extends Required<AttentionHeads> {
  /** Positions of each slot. */
  readonly capacity: number;
}

/**
 * Writes the keys and values of the new tokens into the cache and lets each of them look at itself and at all before
 * it in its text. It has no gradient.
 *
 * @param qkv Queries, keys and values side by side, [B,T,(H+2K)D].
 * @returns The values, mixed by attention, [B,T,C]; at padding anything.
 * @throws {RangeError} If the channels do not divide into these heads.
 * @throws {TypeError} If `qkv` is not float32.
 */
export function cachedAttention(
  qkv: tf.Tensor3D,
  layer: LayerCache,
  places: CachePlaces,
  size: CacheSize,
): tf.Tensor3D {
  checkFloats('cachedAttention', qkv);
  const heads = headsIn('cachedAttention', qkv, size);
  const own = ownKernel('FusedCachedAttention');
  if (own) return own({ qkv }, { ...layer, ...places, ...size })[0] as tf.Tensor3D;
  const { B, T, H, D } = heads;
  const data = qkv.dataSync<'float32'>();
  const layout = { ...heads, capacity: size.capacity };
  const fresh = places.starts.every((start) => start === 0);
  if (fresh && T > 1) {
    eachNew(data, layer, places, layout, () => {}); // whole texts: as in training
    return causalAttention(qkv, size);
  }
  const mixed = new Float32Array(B * T * H * D);
  const weights = new Float32Array(size.capacity + 3);
  eachNew(data, layer, places, layout, (at) => mixOne(data, layer, at, weights, mixed));
  return tf.tensor3d(mixed, [B, T, H * D]);
}

interface Layout extends AttentionSize {
  readonly capacity: number;
}

/** One head of one new token: where its numbers begin. */
interface NewHead {
  /** The query in `qkv`, D long. */
  readonly query: number;
  /** Position 0 of the slot's head in the cache. */
  readonly base: number;
  /** Where the result goes, in [B,T,C]. */
  readonly result: number;
  /** Positions that it looks at, itself included. */
  readonly seen: number;
  readonly D: number;
}

/** Writes each new token's keys and values into the cache, in order, and calls `visit` for each of its heads. */
function eachNew(
  qkv: Float32Array,
  { keys, values }: LayerCache,
  { slots, starts, counts }: CachePlaces,
  { T, H, K, D, capacity }: Layout,
  visit: (at: NewHead) => void,
): void {
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row]! * K * capacity * D;
    for (let nth = 0; nth < counts[row]!; nth++) {
      const token = row * T + nth;
      const position = starts[row]! + nth;
      const queries = token * (H + 2 * K) * D;
      for (let shared = 0; shared < K; shared++) {
        const key = queries + (H + shared) * D;
        const place = slot + (shared * capacity + position) * D;
        keys.set(qkv.subarray(key, key + D), place);
        values.set(qkv.subarray(key + K * D, key + (K + 1) * D), place);
      }
      for (let head = 0; head < H; head++) {
        const base = slot + Math.floor((head * K) / H) * capacity * D;
        visit({ query: queries + head * D, base, result: (token * H + head) * D, seen: position + 1, D });
      }
    }
  }
}

/**
 * Softmax attention of one query: its weights for all positions it sees, then their values in that proportion. Four
 * positions at a time, because JavaScript then does more than twice the work; the last four may go over the end, where
 * they find the last position again, with weight 0.
 *
 * @param weights Room for `seen + 3` numbers.
 */
function mixOne(
  qkv: Float32Array,
  { keys, values }: LayerCache,
  { query, base, result, seen, D }: NewHead,
  weights: Float32Array,
  mixed: Float32Array,
): void {
  const place = (position: number) => base + Math.min(position, seen - 1) * D;
  for (let at = 0; at < seen; at += 4) {
    const [a, b, c, d] = [place(at), place(at + 1), place(at + 2), place(at + 3)];
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let n = 0; n < D; n++) {
      const q = qkv[query + n]!;
      sumA += q * keys[a + n]!;
      sumB += q * keys[b + n]!;
      sumC += q * keys[c + n]!;
      sumD += q * keys[d + n]!;
    }
    weights[at] = sumA;
    weights[at + 1] = sumB;
    weights[at + 2] = sumC;
    weights[at + 3] = sumD;
  }
  softmax(weights, seen, 1 / Math.sqrt(D));
  for (let at = 0; at < seen; at += 4) {
    const [a, b, c, d] = [place(at), place(at + 1), place(at + 2), place(at + 3)];
    const [shareA, shareB] = [weights[at]!, weights[at + 1]!];
    const [shareC, shareD] = [weights[at + 2]!, weights[at + 3]!];
    for (let n = 0; n < D; n++) {
      mixed[result + n]! +=
        shareA * values[a + n]! + shareB * values[b + n]! + shareC * values[c + n]! + shareD * values[d + n]!;
    }
  }
}

/** Turns the first `size` scores, times `scale`, into shares of 1, and the three after them into 0. */
function softmax(scores: Float32Array, size: number, scale: number): void {
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < size; at++) if (scores[at]! > best) best = scores[at]!;
  let total = 0;
  for (let at = 0; at < size; at++) {
    scores[at] = Math.exp(scale * (scores[at]! - best));
    total += scores[at]!;
  }
  for (let at = 0; at < size; at++) scores[at]! /= total;
  scores.fill(0, size, size + 3);
}
