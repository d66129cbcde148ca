/** What a model costs, from its configuration alone: parameters, and the operations of a forward pass. */
import { checkGptConfig, type FullConfig, fullConfig, type GptConfig, qkvWidth } from './config.js';

/** The parts of a model that hold parameters, or that calculate. */
export type ModelPart =
  | 'token embedding'
  | 'position embedding'
  | 'attention: queries, keys, values'
  | 'attention: scores and mixing'
  | 'attention: output'
  | 'feed-forward'
  | 'normalisation'
  | 'adapters'
  | 'head';

/**
 * Counts the numbers that training changes. A tied head is the token embedding again, and counts once.
 *
 * @throws {RangeError} As `checkGptConfig`.
 *
 * @example
 * parameterCount(gpt2.small) // 124439808
 */
export function parameterCount(config: GptConfig): number {
  return parameterParts(config).reduce((sum, { parameters }) => sum + parameters, 0);
}

/**
 * Where the parameters sit: one row for each part, all layers together. The rows add up to `parameterCount`; parts that
 * this model does not have are left out.
 *
 * @throws {RangeError} As `checkGptConfig`.
 *
 * @example
 * parameterParts(gpt2.small)[0] // { part: 'token embedding', parameters: 38597376 }
 */
export function parameterParts(
  config: GptConfig,
): { readonly part: ModelPart; readonly parameters: number }[] {
  checkGptConfig(config);
  const full = fullConfig(config);
  const { vocabSize: V, blockSize, nLayer, nEmbd: C, nInner: F, bias } = full;
  const linear = (from: number, to: number) => from * to + (bias ? to : 0);
  const norm = full.norm === 'layer' && bias ? 2 * C : C;
  const gates = full.feedForward === 'swiGlu' ? 1 : 0;
  const rows: [ModelPart, number][] = [
    ['token embedding', V * C],
    ['position embedding', full.position === 'learned' ? blockSize * C : 0],
    ['attention: queries, keys, values', nLayer * linear(C, qkvWidth(full))],
    ['attention: output', nLayer * linear(C, C)],
    ['feed-forward', nLayer * ((1 + gates) * linear(C, F) + linear(F, C))],
    ['normalisation', (2 * nLayer + 1) * norm],
    ['adapters', adapterParameters(full)],
    ['head', full.tiedHead ? 0 : V * C],
  ];
  return rows.map(([part, parameters]) => ({ part, parameters })).filter(({ parameters }) => parameters > 0);
}

/**
 * Where the work of a forward pass sits: floating-point operations for one token, all layers together, in matrix
 * products, two for each multiplication with its addition. The rest (normalisation, softmax, GELU) is left out, as is
 * usual. A training step costs three times as much, because the backward pass takes two products for each.
 *
 * @param options.length Tokens of a text: a position looks at itself and those before it, at (length + 1) / 2 on
 *   average. Default `blockSize`.
 * @throws {RangeError} As `checkGptConfig`, or if the text has no token or more than `blockSize`.
 *
 * @example
 * forwardFlops(gpt2.small).at(-1) // { part: 'head', flops: 77194752 }
 */
export function forwardFlops(
  config: GptConfig,
  { length = config.blockSize }: { readonly length?: number } = {},
): { readonly part: ModelPart; readonly flops: number }[] {
  checkGptConfig(config);
  if (!(Number.isInteger(length) && length >= 1 && length <= config.blockSize))
    throw new RangeError(`Cannot count operations: expected 1 to ${config.blockSize} tokens, got ${length}`);
  const full = fullConfig(config);
  const { vocabSize: V, nLayer, nEmbd: C, nInner: F } = full;
  const matrices = full.feedForward === 'swiGlu' ? 3 : 2;
  return [
    { part: 'attention: queries, keys, values', flops: 2 * nLayer * C * qkvWidth(full) },
    { part: 'attention: scores and mixing', flops: 2 * nLayer * 2 * C * ((length + 1) / 2) },
    { part: 'attention: output', flops: 2 * nLayer * C * C },
    { part: 'feed-forward', flops: 2 * nLayer * matrices * C * F },
    ...(full.lora ? [{ part: 'adapters' as const, flops: 2 * adapterParameters(full) }] : []),
    { part: 'head', flops: 2 * V * C },
  ];
}

/** Two narrow matrices beside each matrix of the layers. */
function adapterParameters(full: FullConfig): number {
  const { nLayer, nEmbd: C, nInner: F, feedForward, lora } = full;
  const sides = C + qkvWidth(full) + 2 * C + (feedForward === 'swiGlu' ? 3 : 2) * (C + F); // in + out of each
  return nLayer * (lora?.rank ?? 0) * sides;
}
