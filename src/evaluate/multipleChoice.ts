/**
 * Questions with several endings, one of them right, put to a model that has never learned to answer: the ending that it
 * holds for likeliest is its choice. The context is read once for all its endings.
 */
import { cachedLogits, createCache } from '../model/cache.js';
import { cachedLogProbs, type ScoredTokens } from '../model/cachedLogProbs.js';
import type { GptParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** A beginning and several endings. */
export interface ChoiceItem {
  readonly context: string;
  /** Two or more, each with the blank that parts it from the context, if there is to be one. */
  readonly endings: readonly string[];
  /** The right one, from 0. */
  readonly answer: number;
}

/** How likely an ending is, and how long. */
export interface EndingScore {
  /** ln p(ending | context), nats. */
  readonly logProb: number;
  readonly tokens: number;
  /** Unicode characters, without the blank in front. */
  readonly characters: number;
}

/** What a model holds of an item's endings. */
export interface ChoiceScore {
  readonly answer: number;
  readonly endings: readonly EndingScore[];
}

/** How items are read. */
export interface MultipleChoiceOptions {
  /** Items read together; default 8. Their cache, as in `createCache`, has a slot for each ending. */
  readonly batchSize?: number;
  /**
   * Put in front of every text, for a model that always saw them there. Default nothing; where a context is empty, the
   * tokenizer's `<|endoftext|>`.
   */
  readonly startIds?: readonly number[];
}

/**
 * Measures the likelihood of every ending, item by item, in their order.
 *
 * A token that stands half in the context and half in the ending counts with the ending: the context's tokens are those
 * that it has with and without the ending. What is longer than the model can read loses its beginning.
 *
 * @throws {RangeError} If an item has fewer than two endings, an empty one or one longer than the model can read, an
 *   answer that is none of them, or an empty context where there is nothing to begin with.
 *
 * @example
 * const items = [{ context: 'the whale and the', endings: [' sea', ' sky'], answer: 0 }];
 * const small = createParams({ vocabSize: 257, blockSize: 32, nLayer: 1, nHead: 1, nEmbd: 4 }, createRandom(1));
 * const scores = [];
 * for await (const score of multipleChoice(small, tokenizer, items)) scores.push(score);
 * scores[0].endings.map(({ tokens, characters }) => [tokens, characters]) // [[4, 3], [4, 3]]
 */
export async function* multipleChoice(
  params: GptParams,
  tokenizer: Tokenizer,
  items: Iterable<ChoiceItem> | AsyncIterable<ChoiceItem>,
  { batchSize = 8, startIds = [] }: MultipleChoiceOptions = {},
): AsyncGenerator<ChoiceScore, void, undefined> {
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new RangeError(`Cannot score endings: expected a batchSize of 1 or more, got ${batchSize}`);
  let waiting: TokenizedItem[] = [];
  let nth = 0;
  for await (const item of items) {
    waiting.push(tokenized(item, nth++, { tokenizer, startIds, blockSize: params.config.blockSize }));
    if (waiting.length < batchSize) continue;
    yield* scoresOf(params, waiting);
    waiting = [];
  }
  yield* scoresOf(params, waiting);
}

/** An item as the model reads it. */
interface TokenizedItem {
  readonly item: ChoiceItem;
  /** Tokens that all endings have in front; they are read once. */
  readonly shared: readonly number[];
  /** What each ending adds to them. */
  readonly rests: readonly Pick<ScoredTokens, 'ids' | 'targets'>[];
}

interface Reading {
  readonly tokenizer: Tokenizer;
  readonly startIds: readonly number[];
  readonly blockSize: number;
}

function tokenized(
  item: ChoiceItem,
  nth: number,
  { tokenizer, startIds, blockSize }: Reading,
): TokenizedItem {
  const fail = (what: string): never => {
    throw new RangeError(`Cannot score the endings of item ${nth}: ${what}`);
  };
  const { context, endings, answer } = item;
  if (endings.length < 2) fail(`expected two or more, got ${endings.length}`);
  if (!(answer in endings)) fail(`expected an answer from 0 to ${endings.length - 1}, got ${answer}`);
  const alone = tokenizer.encode(context);
  const wholes = endings.map((ending) => tokenizer.encode(context + ending));
  const starts = wholes.map((whole) => commonLength(alone, whole)); // where each ending starts
  const end = tokenizer.specialTokens.get('<|endoftext|>');
  const isBare = startIds.length === 0 && Math.min(...starts) === 0;
  if (isBare && end === undefined) fail('the context is empty, and there is no <|endoftext|> to begin with');
  const front = isBare ? [end!] : startIds;
  const longest = Math.max(...wholes.map(({ length }) => front.length + length - 1)); // the last token is not read
  const dropped = Math.max(0, longest - blockSize);
  const shared = Math.min(...starts) + front.length - 1 - dropped; // the last one in common is read with each ending
  if (shared < 0) fail(`an ending is longer than the ${blockSize} tokens that the model can read`);
  const texts = wholes.map((whole) => [...front, ...whole].slice(dropped));
  const rests = texts.map((text, which) => {
    const start = starts[which]! + front.length - dropped;
    if (text.length === start) fail(`ending ${which} is empty`);
    const targets = text.slice(shared + 1).map((id, at) => (shared + 1 + at < start ? -1 : id));
    return { ids: text.slice(shared, -1), targets };
  });
  return { item, shared: texts[0]!.slice(0, shared), rests };
}

function commonLength(one: readonly number[], other: readonly number[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Reads the contexts, each once, then all endings. */
function scoresOf(params: GptParams, items: readonly TokenizedItem[]): ChoiceScore[] {
  if (items.length === 0) return [];
  const rows = items.flatMap(({ shared, rests }) => rests.map((rest) => ({ shared, ...rest })));
  const texts = rows.map((row, slot) => ({ slot, ...row }));
  const capacity = Math.max(...texts.map(({ shared, ids }) => shared.length + ids.length));
  const cache = createCache(params.config, texts.length, capacity);
  const contexts = texts.filter(({ shared }) => shared.length > 0);
  cachedLogits(
    params,
    cache,
    contexts.map(({ slot, shared }) => ({ slot, ids: shared })),
  );
  const logProbs = cachedLogProbs(params, cache, texts);
  let slot = 0;
  return items.map(({ item, rests }) => ({
    answer: item.answer,
    endings: rests.map(({ targets }, nth) => ({
      logProb: logProbs[slot++]!.reduce((sum, logProb) => sum + logProb, 0),
      tokens: targets.filter((id) => id >= 0).length,
      characters: [...item.endings[nth]!.replace(/^ /, '')].length,
    })),
  }));
}

/** How often the choice was right, 0 to 1, by three ways to choose. */
export interface ByChoice {
  /** The likeliest ending; short ones have it easier. */
  readonly plain: number;
  /** The likeliest for each of its characters: `acc_norm` of lm-evaluation-harness. */
  readonly perCharacter: number;
  /** The likeliest for each of its tokens: `acc_norm` of llm.c. */
  readonly perToken: number;
}

/** The accuracy on some items. */
export interface ChoiceAccuracy {
  readonly accuracy: ByChoice;
  /** Rescaled so that guessing is 0 and always right is 1, as DCLM's core score has it (Li et al. 2024). */
  readonly centred: ByChoice;
  /** What guessing gets, 0 to 1. */
  readonly chance: number;
  readonly items: number;
}

/**
 * Counts how often the choice was right. Of endings that are equally likely the first is chosen.
 *
 * @throws {RangeError} If there are no items.
 *
 * @example
 * const short = { logProb: -2, tokens: 1, characters: 2 };
 * const long = { logProb: -3, tokens: 2, characters: 8 };
 * const { accuracy, centred } = choiceAccuracy([{ answer: 1, endings: [short, long] }]);
 * accuracy // { plain: 0, perCharacter: 1, perToken: 1 }
 * centred.plain // -1
 */
export function choiceAccuracy(scores: readonly ChoiceScore[]): ChoiceAccuracy {
  if (scores.length === 0) throw new RangeError('Cannot measure accuracy: there are no items');
  const shareOf = (value: (score: ChoiceScore) => number) =>
    scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
  const chance = shareOf(({ endings }) => 1 / endings.length);
  const rightBy = (length: (ending: EndingScore) => number) =>
    shareOf(({ answer, endings }) => {
      const values = endings.map((ending) => ending.logProb / length(ending));
      return values.indexOf(Math.max(...values)) === answer ? 1 : 0;
    });
  const accuracy = {
    plain: rightBy(() => 1),
    perCharacter: rightBy(({ characters }) => characters),
    perToken: rightBy(({ tokens }) => tokens),
  };
  const centre = (share: number) => (share - chance) / (1 - chance);
  const centred = {
    plain: centre(accuracy.plain),
    perCharacter: centre(accuracy.perCharacter),
    perToken: centre(accuracy.perToken),
  };
  return { accuracy, centred, chance, items: scores.length };
}
