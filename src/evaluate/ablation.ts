/**
 * What is a change to the training data worth? The same small model learns from each variant of the data, with the same
 * number of tokens and from the same start, and is measured on text that is in none of them. FineWeb chose its filters
 * so (Penedo et al. 2024), with models of 1.8 billion parameters. One run proves little: the order of the data alone
 * moves a result, so there is one run for each seed and the results come run by run.
 */
import { createRandom } from '../core/random.js';
import type { GptConfig } from '../model/config.js';
import { createParams, disposeParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { randomBatches, sequentialBatches, tokenStream } from '../train/batches.js';
import { pretrain, type TrainOptions } from '../train/pretrain.js';
import type { TokenStream } from '../train/tokenRow.js';
import { bitsPerByte, evaluateLoss, targetBytes } from './bits.js';

/** One form of the training data. */
export interface Variant {
  readonly name: string;
  readonly texts: readonly string[];
}

/** What all runs have in common. */
export interface AblationOptions {
  /** The model's shape; its vocabulary is the tokenizer's. */
  readonly model: Omit<GptConfig, 'vocabSize'>;
  readonly training: TrainOptions & { readonly batchSize: number };
  /** One for all, with the special token `<|endoftext|>`; it should not be trained on one of the variants. */
  readonly tokenizer: Tokenizer;
  /** Texts that are in no variant, to measure on. */
  readonly heldOut: readonly string[];
  /** One run of each variant for each seed, which decides the first parameters and the order of the data. */
  readonly seeds: readonly number[];
  /** Most windows of the held-out text that are read for a measurement; default 256, spread evenly. */
  readonly windows?: number;
}

/** What came of one run. */
export interface AblationRun {
  readonly variant: string;
  readonly seed: number;
  /** Of the held-out text, after training. */
  readonly bitsPerByte: number;
  /** Tokens trained on for each token of the variant; above 1, some text was read more than once. */
  readonly passes: number;
}

/**
 * Trains and measures, seed by seed, so that a `break` leaves whole rounds behind.
 *
 * @throws {RangeError} If the tokenizer has no `<|endoftext|>`, or a variant or the held-out text is shorter than a window.
 *
 * @example
 * const variants = [{ name: 'a', texts: ['aaaaaaaaaaaaaaaa'] }, { name: 'b', texts: ['bbbbbbbbbbbbbbbb'] }];
 * const model = { blockSize: 8, nLayer: 1, nHead: 1, nEmbd: 4 };
 * const training = { steps: 20, learningRate: 0.1, batchSize: 2 };
 * const bits = [];
 * for await (const run of ablation(variants, { model, training, tokenizer, heldOut: ['aaaaaaaaa'], seeds: [1] })) {
 *   bits.push(run.bitsPerByte);
 * }
 * bits[0] < bits[1] // true
 */
export async function* ablation(
  variants: readonly Variant[],
  { model, training, tokenizer, heldOut, seeds, windows = 256 }: AblationOptions,
): AsyncGenerator<AblationRun, void, undefined> {
  const { vocabSize } = tokenizer;
  const separatorId = tokenizer.specialTokens.get('<|endoftext|>');
  if (separatorId === undefined)
    throw new RangeError('Cannot compare training data: the tokenizer has no <|endoftext|>');
  const streamOf = (texts: readonly string[]): TokenStream =>
    tokenStream(
      texts.map((text) => tokenizer.encode(text)),
      { separatorId, vocabSize },
    );
  const size = { batchSize: training.batchSize, length: model.blockSize };
  const maxBatches = Math.ceil(windows / size.batchSize);
  const judged = [...sequentialBatches(streamOf(heldOut), { ...size, maxBatches })];
  const tokens = judged.reduce((sum, { targets }) => sum + targets.length, 0);
  const bytes = targetBytes(judged, tokenizer);
  const streams = variants.map(({ texts }) => streamOf(texts));
  for (const seed of seeds) {
    for (const [nth, { name }] of variants.entries()) {
      const params = createParams({ ...model, vocabSize }, createRandom(seed));
      try {
        const batches = randomBatches(streams[nth]!, size, createRandom(seed));
        let read = 0;
        for await (const report of pretrain(params, batches, training)) read = report.tokens;
        const bits = bitsPerByte(evaluateLoss(params, judged) * tokens, bytes);
        yield { variant: name, seed, bitsPerByte: bits, passes: read / streams[nth]!.length };
      } finally {
        disposeParams(params);
      }
    }
  }
}
