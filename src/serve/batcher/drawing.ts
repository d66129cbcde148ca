/** One request's next token: its own options, penalties and random stream, and what the model thought of the others. */
import type { Random } from '../../core/random.js';
import { logProb, type SampleOptions, sampler } from '../../model/sample.js';

/** How a request draws its tokens. */
export interface TokenDrawerOptions extends Omit<SampleOptions, 'previous'> {
  readonly random: Random;
  /** Added to the logits of some tokens, by id. */
  readonly biases?: ReadonlyMap<number, number>;
  /** Taken from the logit of a token that was drawn before, once; default 0 (OpenAI's `presence_penalty`). */
  readonly presencePenalty?: number;
  /** Taken from the logit of a token for each time that it was drawn before; default 0 (OpenAI's `frequency_penalty`). */
  readonly frequencyPenalty?: number;
  /** Whether log-probabilities are wanted, and of how many of the likeliest tokens beside the drawn one. */
  readonly topLogProbs?: number;
}

/** A token and ln p of it, by the model alone: at temperature 1, before penalties, biases and filters. */
export interface TokenLogProb {
  readonly id: number;
  readonly logProb: number;
}

/** A token that was drawn. */
export interface DrawnToken {
  readonly id: number;
  /** Only where log-probabilities were wanted. */
  readonly logProb?: number;
  /** The likeliest tokens, the best first. */
  readonly top?: readonly TokenLogProb[];
}

/** Draws the token that follows `ids`, the prompt and what was drawn. */
export type TokenDrawer = (logits: Float32Array, ids: readonly number[]) => DrawnToken;

/**
 * Makes what draws the tokens of one request.
 *
 * @throws {RangeError} If an option is out of range.
 */
export function tokenDrawer({ random, topLogProbs, ...options }: TokenDrawerOptions): TokenDrawer {
  const draw = sampler(options);
  const drawn = new Map<number, number>(); // how often, by id
  return (logits, ids) => {
    const id = draw(adjusted(logits, drawn, options), ids, random);
    drawn.set(id, (drawn.get(id) ?? 0) + 1);
    return topLogProbs === undefined ? { id } : scored(id, logits, topLogProbs);
  };
}

/** A token with what the model thought of it, and of so many of the likeliest. */
export const scored = (id: number, logits: Float32Array, topLogProbs: number): DrawnToken => ({
  id,
  logProb: logProb(logits, id),
  top: likeliest(logits, topLogProbs),
});

/** The logits with biases and penalties; themselves where there are none. */
function adjusted(
  logits: Float32Array,
  drawn: ReadonlyMap<number, number>,
  { biases, presencePenalty = 0, frequencyPenalty = 0 }: Omit<TokenDrawerOptions, 'random'>,
): Float32Array {
  const isPenalised = presencePenalty !== 0 || frequencyPenalty !== 0;
  if (!biases && !isPenalised) return logits;
  const scores = logits.slice();
  for (const [id, bias] of biases ?? []) scores[id]! += bias;
  if (isPenalised) for (const [id, times] of drawn) scores[id]! -= presencePenalty + times * frequencyPenalty;
  return scores;
}

function likeliest(logits: Float32Array, count: number): TokenLogProb[] {
  const best: number[] = [];
  for (let id = 0; id < logits.length && count > 0; id++) {
    if (best.length === count && logits[id]! <= logits[best.at(-1)!]!) continue;
    const place = best.findIndex((other) => logits[other]! < logits[id]!);
    best.splice(place < 0 ? best.length : place, 0, id);
    if (best.length > count) best.pop();
  }
  if (best.length === 0) return [];
  const [first] = best as [number];
  const offset = logProb(logits, first) - logits[first]!;
  return best.map((id) => ({ id, logProb: logits[id]! + offset }));
}
