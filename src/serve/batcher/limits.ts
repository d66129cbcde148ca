/** How much a batcher takes. */
import type { GptConfig } from '../../model/config.js';
import { checkIds } from '../../model/gpt.js';
import { cacheBytes } from './slots.js';

/** How many texts are made together. */
export interface BatcherOptions {
  /** Texts that are made at once; default 32, or as many as have room in 2 GiB when all are as long as can be. */
  readonly slots?: number;
  /** Texts that may wait for a slot; one more is refused. Default 256. */
  readonly maxQueue?: number;
  /** Longest text in tokens, prompt included; default `blockSize`, and at most 4,096. */
  readonly contextLength?: number;
  /** Tokens of prompts that are read between two steps of the other texts; default 256. */
  readonly portion?: number;
  /** Tokens that wait for a reader before its text pauses; default 64. */
  readonly readAhead?: number;
}

/** As Ollama has it, so that a model with a long context does not take all memory. */
const longestContext = 4096;
const mostCacheBytes = 2 ** 31;

/** The options, with the defaults of those that are missing. */
export function batcherLimits(config: GptConfig, options: BatcherOptions) {
  const { contextLength = Math.min(config.blockSize, longestContext) } = options;
  const fitting = Math.floor(mostCacheBytes / (contextLength * cacheBytes(config)));
  const { slots: count = Math.max(1, Math.min(32, fitting)) } = options;
  const { maxQueue = 256, portion = 256, readAhead = 64 } = options;
  const numbers = { slots: count, contextLength, portion, readAhead };
  for (const [name, value] of Object.entries(numbers))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`Cannot make a batcher: expected ${name} of 1 or more, got ${value}`);
  if (contextLength > config.blockSize)
    throw new RangeError(
      `Cannot make a batcher: expected a contextLength of at most ${config.blockSize}, which the model can read, got ${contextLength}`,
    );
  if (!(maxQueue >= 0))
    throw new RangeError(`Cannot make a batcher: expected maxQueue of 0 or more, got ${maxQueue}`);
  return { count, maxQueue, contextLength, portion, readAhead };
}

/** @throws {RangeError} If the prompt is empty, too long, or holds an unknown id. */
export function checkPrompt(config: GptConfig, ids: readonly number[], contextLength: number): void {
  if (ids.length < 1 || ids.length > contextLength)
    throw new RangeError(
      `Cannot generate: expected 1 to ${contextLength} tokens of prompt, got ${ids.length}`,
    );
  checkIds(config, ids, ids.length);
}
