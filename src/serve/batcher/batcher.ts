/**
 * Continuous batching (Orca, Yu et al. 2022): many texts go through the model together, and each step takes in who has
 * come and lets go who is done, so that nobody waits for the longest. Prompts are read in portions between the steps of
 * the others (Sarathi, Agrawal et al. 2023).
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { InferenceParams } from '../../model/params.js';
import { type DrawnToken, type TokenDrawer, type TokenDrawerOptions, tokenDrawer } from './drawing.js';
import { type BatcherOptions, batcherLimits, checkPrompt } from './limits.js';
import { createPipe, type Pipe } from './pipe.js';
import { type PromptScores, promptScores } from './promptScores.js';
import { createSlots, type Unread } from './slots.js';

/** What is asked for. */
export interface TextRequest extends TokenDrawerOptions {
  /** At least one token. */
  readonly promptIds: readonly number[];
  readonly maxTokens: number;
  /** Ids, each of which ends the text and is not handed out; default none. */
  readonly stopIds?: readonly number[];
  /** Whether the prompt's tokens are scored too, as `topLogProbs` says; all of it is read anew then. Default no. */
  readonly scoresPrompt?: boolean;
}

/** A text that is being made. It ends early where its reader leaves (`break`, `return`), and its slot is free at once. */
export interface BatchedText extends AsyncIterable<DrawnToken> {
  /** Ends it now; what was made can still be read. */
  readonly cancel: () => void;
  /** Why it is over: a stop token came, or there was no more room or an end was put to it. */
  readonly endedBy: () => 'stop' | 'length' | undefined;
  /** Tokens of the prompt that were in the cache from a text before. */
  readonly cachedTokens: () => number;
  /** The prompt's tokens, each but the first with its score, once it is read; none unless they were asked for. */
  readonly promptTokens: () => Promise<readonly DrawnToken[]>;
}

/** Who is being served. */
export interface BatcherLoad {
  readonly running: number;
  readonly waiting: number;
  readonly slots: number;
}

/** Makes texts together. */
export interface Batcher {
  readonly contextLength: number;
  /**
   * Begins a text, or lets it wait for its turn.
   *
   * @throws {QueueFullError} If too many wait.
   * @throws {RangeError} If the prompt is empty, too long or holds an unknown id, or an option is out of range.
   */
  readonly submit: (request: TextRequest) => BatchedText;
  readonly load: () => BatcherLoad;
}

/** So many texts wait that no more are taken; its `name` says so too. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/** A text on its way. */
interface Growing {
  readonly ids: number[];
  readonly draw: TokenDrawer;
  readonly stopIds: readonly number[];
  readonly pipe: Pipe<DrawnToken>;
  /** Length at which it is over. */
  readonly last: number;
  readonly scores?: PromptScores;
  slot?: number;
  cachedTokens: number;
  endedBy?: 'stop' | 'length';
}

/**
 * Texts of a step as long as there is a slot for somebody else, who then waits for these alone. From here on a step takes
 * about as long as it has texts, so that nearly nothing is lost; where no slot is free, all go together.
 */
const mostWithRoom = 16;

/** The first of as few parts as can be, all about equal, of so many texts. */
const evenPart = (count: number): number => Math.ceil(count / Math.ceil(count / mostWithRoom));

/** So many tokens of a text that are read in one step. */
type Portion = readonly [text: Growing, tokens: number];

/**
 * Makes an empty batcher. A text depends on its request alone, never on what else is in the batch, up to rounding: a
 * product of many rows may add its terms in another order than one of few.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * await selectBackend({ name: 'cpu' });
 * const { submit } = createBatcher(params, { slots: 2 });
 * const ask = (seed) => submit({ promptIds: [1, 2], maxTokens: 3, random: createRandom(seed) });
 * const texts = await Promise.all([1, 2, 3].map(async (seed) => {
 *   const ids = [];
 *   for await (const { id } of ask(seed)) ids.push(id);
 *   return ids;
 * }));
 * texts.map((ids) => ids.length) // [3, 3, 3]
 */
export function createBatcher(params: InferenceParams, options: BatcherOptions = {}): Batcher {
  const { contextLength, count, maxQueue, portion, readAhead } = batcherLimits(params.config, options);
  const slots = createSlots(params, count, contextLength);
  const waiting: Growing[] = [];
  const running = new Set<Growing>();
  let [isRunning, isWoken] = [false, false];

  const end = (text: Growing, endedBy: 'stop' | 'length', error?: unknown): void => {
    text.endedBy ??= endedBy;
    if (running.delete(text)) slots.leave(text.slot!);
    const place = waiting.indexOf(text);
    if (place >= 0) waiting.splice(place, 1);
    text.scores?.finish();
    text.pipe.end(error);
    wake();
  };

  const admit = (): void => {
    while (waiting.length > 0 && slots.free() > 0) {
      const text = waiting.shift()!;
      const { slot, read } = slots.take(text.ids, text.scores !== undefined)!;
      text.slot = slot;
      text.cachedTokens = read;
      running.add(text);
    }
  };

  const unread = (text: Growing) => text.ids.length - slots.length(text.slot!);
  const nextOf = ([{ slot, ids }, tokens]: Portion): Unread => {
    const from = slots.length(slot!);
    return { slot: slot!, ids: ids.slice(from, from + tokens) };
  };

  /** Reads what the texts have before them, so many tokens at most of each, and draws where nothing is left to read. */
  const step = (portions: readonly Portion[]): boolean => {
    const isScored = ([{ scores }]: Portion) => scores !== undefined && !scores.isFinished();
    const others = portions.filter((one) => !isScored(one));
    for (const one of portions.filter(isScored)) readScored(one);
    if (others.length > 0) {
      const logits = slots.read(others.map(nextOf));
      for (const [nth, [text]] of others.entries()) if (unread(text) === 0) drawNext(text, logits[nth]!);
    }
    return portions.length > 0;
  };

  const readScored = (one: Portion): void => {
    const [{ ids, slot, scores }] = one;
    const from = slots.length(slot!) + 1;
    const logits = slots.readEach(nextOf(one));
    for (const [nth, row] of logits.entries())
      if (from + nth < ids.length) scores!.add(ids[from + nth]!, row);
    if (unread(one[0]) > 0) return;
    scores!.finish();
    if (ids.length < one[0].last) drawNext(one[0], logits.at(-1)!);
    else end(one[0], 'length');
  };

  const drawNext = (text: Growing, logits: Float32Array): void => {
    try {
      const token = text.draw(logits, text.ids);
      if (text.stopIds.includes(token.id)) {
        end(text, 'stop');
        return;
      }
      text.ids.push(token.id);
      text.pipe.push(token);
      if (text.ids.length >= text.last) end(text, 'length');
    } catch (error) {
      end(text, 'stop', error);
    }
  };

  const canGoOn = () => [...running].filter(({ pipe }) => !pipe.isFull());

  /** Reads prompts, also of who comes meanwhile, and says how many tokens of the room for them are left. */
  const readPrompts = async (room: number): Promise<number> => {
    admit();
    const prompts = portionsOf(canGoOn(), unread, room);
    if (!step(prompts)) return room;
    await turn();
    return readPrompts(room - prompts.reduce((sum, [, tokens]) => sum + tokens, 0));
  };

  /** Prompts first, so that who has just come sees a token soon; then a token of every other text. */
  const round = async (): Promise<boolean> => {
    let room = await readPrompts(portion);
    const writing = canGoOn().filter((text) => unread(text) === 1);
    const isIdle = writing.length === 0 && room === portion;
    while (writing.length > 0) {
      const count = slots.free() > 0 ? evenPart(writing.length) : writing.length;
      const part = writing.splice(0, count).filter((text) => running.has(text));
      if (step(part.map((text) => [text, 1]))) await turn();
      if (writing.length > 0) room = await readPrompts(room);
    }
    return !isIdle;
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    await turn(); // who comes together begins together
    do {
      isWoken = false;
      try {
        if (await round()) isWoken = true;
      } catch (error) {
        for (const text of [...running]) end(text, 'stop', error);
      }
    } while (isWoken);
    isRunning = false;
  };

  const wake = (): void => {
    isWoken = true;
    if (!isRunning) void run();
  };

  return {
    contextLength,
    load: () => ({ running: running.size, waiting: waiting.length, slots: count }),
    submit: ({ promptIds, maxTokens, stopIds = [], scoresPrompt = false, ...drawing }) => {
      checkPrompt(params.config, promptIds, contextLength);
      if (!(maxTokens >= 0))
        throw new RangeError(`Cannot generate: maxTokens must be >= 0, got ${maxTokens}`);
      if (waiting.length >= slots.free() + maxQueue)
        throw new QueueFullError(`Cannot take a request: ${waiting.length} wait already`);
      const text: Growing = {
        ids: [...promptIds],
        draw: tokenDrawer(drawing),
        stopIds,
        pipe: createPipe(readAhead, { onRoom: wake, onLeave: () => end(text, 'length') }),
        last: Math.min(contextLength, promptIds.length + maxTokens),
        cachedTokens: 0,
        ...(scoresPrompt && { scores: promptScores(promptIds[0]!, drawing.topLogProbs ?? 0) }),
      };
      if (text.last === promptIds.length && !scoresPrompt) end(text, 'length');
      else waiting.push(text);
      wake();
      return {
        cancel: () => end(text, 'length'),
        endedBy: () => text.endedBy,
        cachedTokens: () => text.cachedTokens,
        promptTokens: async () => text.scores?.tokens ?? [],
        [Symbol.asyncIterator]: () => text.pipe[Symbol.asyncIterator](),
      };
    },
  };
}

/** The prompts that are read now, in the order in which they came: so many tokens of all of them together. */
function portionsOf(
  texts: readonly Growing[],
  unread: (text: Growing) => number,
  portion: number,
): Portion[] {
  let room = portion;
  return texts.flatMap((text) => {
    const tokens = Math.min(room, unread(text));
    if (unread(text) <= 1 || tokens === 0) return [];
    room -= tokens;
    return [[text, tokens] as const];
  });
}
