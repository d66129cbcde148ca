/** How well a model predicts text, as a number that can be compared. */
import type { GptParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { type Batch, batchNats } from '../train/loss.js';

/**
 * The mean loss over all tokens of some batches.
 *
 * @returns Nats per token.
 * @throws {RangeError} If no token counts.
 *
 * @example
 * evaluateLoss(params, sequentialBatches(stream, { batchSize: 2, length: 8 })).toFixed(2) // '5.56'
 */
export function evaluateLoss(params: GptParams, batches: Iterable<Batch>): number {
  let [nats, tokens] = [0, 0];
  for (const batch of batches) {
    const sum = batchNats(params, batch);
    nats += sum.nats;
    tokens += sum.tokens;
  }
  if (tokens === 0) throw new RangeError('Cannot evaluate the loss: no token counts');
  return nats / tokens;
}

/**
 * Bits needed for each byte of text: a loss that does not depend on the tokenizer. English text takes about 1 with
 * a large model, about 3 with gzip, 8 with no model at all.
 *
 * @param nats The loss of all tokens together, in nats.
 * @param bytes Length of the text in UTF-8; see `targetBytes`.
 *
 * @example
 * bitsPerByte(Math.log(256), 1) // 8
 */
export function bitsPerByte(nats: number, bytes: number): number {
  return nats / Math.LN2 / bytes;
}

/**
 * Counts the bytes of text that the batches' targets stand for; special tokens have none.
 *
 * @example
 * const batches = sequentialBatches(Uint16Array.of(256, 72, 105), { batchSize: 1, length: 2 });
 * targetBytes(batches, byteTokenizer()) // 2
 */
export function targetBytes(batches: Iterable<Batch>, { tokenBytes }: Pick<Tokenizer, 'tokenBytes'>): number {
  let bytes = 0;
  for (const { targets } of batches) {
    for (let at = 0; at < targets.length; at++)
      if (targets[at]! >= 0) bytes += tokenBytes(targets[at]!).length;
  }
  return bytes;
}
