/** The bytes of all tokens in one array, as merges make them. */

/** Tokens one behind the other, in the order of their ids. */
export interface PackedTokens {
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: Int32Array;
}

const mostBytes = 2 ** 28; // of all tokens together: merges that double each other would fill any memory

/**
 * Joins the bytes of every token.
 *
 * @param alphabet The bytes of ids 0 to 255.
 * @param merges What ids 256 and up are joined from.
 * @throws {RangeError} If they are too long to be a tokenizer.
 */
export function packTokens(
  alphabet: readonly number[],
  merges: readonly (readonly [left: number, right: number])[],
): PackedTokens {
  const lengths = new Float64Array(256 + merges.length).fill(1, 0, 256);
  let total = 256;
  for (const [index, [left, right]] of merges.entries()) {
    lengths[256 + index] = lengths[left]! + lengths[right]!;
    total += lengths[256 + index]!;
    if (total > mostBytes) {
      throw new RangeError(
        `Cannot make a tokenizer: expected its tokens to have at most ${mostBytes} bytes together, got more`,
      );
    }
  }
  const bytes = new Uint8Array(total);
  const ends = new Int32Array(lengths.length);
  bytes.set(alphabet);
  for (let id = 0; id < 256; id++) ends[id] = id + 1;
  for (const [index, pair] of merges.entries()) {
    let end = ends[255 + index]!;
    for (const id of pair) {
      const start = ends[id]! - lengths[id]!;
      bytes.copyWithin(end, start, ends[id]);
      end += lengths[id]!;
    }
    ends[256 + index] = end;
  }
  return { bytes, ends };
}
