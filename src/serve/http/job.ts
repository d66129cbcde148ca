/** From what a request says to texts that are being made. */
import { randomInt } from 'node:crypto';
import { renderChat } from '../../chat/render.js';
import { createRandom } from '../../core/random.js';
import type { Batcher, TextRequest } from '../batcher/batcher.js';
import type { ServedModel } from '../servedModel.js';
import { type Answer, answerOf, type PlacedToken, placed } from './answer.js';
import { ApiError } from './apiErrors.js';
import type { ChatFields, CompletionFields, DrawingFields } from './requests.js';

/** A model and what makes its texts. */
export interface Serving {
  readonly model: ServedModel;
  readonly batcher: Batcher;
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
}

/** A request that has begun. */
export interface Job {
  readonly serving: Serving;
  /** One text for each choice, in their order. */
  readonly answers: readonly Answer[];
  readonly promptTokens: number;
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  readonly hasLogProbs: boolean;
  /** For each choice what is put before it; nothing unless it was asked for. */
  readonly echoes: readonly Echo[];
}

/** A prompt that is given back before what was made of it. */
export interface Echo {
  readonly text: string;
  /** With their scores, where log-probabilities are wanted, once they are read. */
  readonly tokens: () => Promise<readonly PlacedToken[]>;
}

/** A prompt of a completion. */
interface Prompt {
  readonly ids: readonly number[];
  readonly text: () => string;
  /** Ids before it that the client has not sent. */
  readonly added: number;
}

/** Begins the next turn of a chat. */
export function beginChat(serving: Serving, fields: ChatFields): Job {
  const { model } = serving;
  if (!model.template)
    throw new ApiError(
      400,
      `Cannot chat with ${model.name}: it has no chat template; /v1/completions goes on with a text`,
      { param: 'model', code: 'no_chat_template' },
    );
  const { template, tokenizer } = model;
  const messages = fields.messages.map(({ role, content }) => ({
    role: role === 'developer' ? ('system' as const) : role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));
  const { ids } = renderChat(messages, { template, tokenizer, reply: true });
  const { max_completion_tokens, logprobs = false, top_logprobs } = fields;
  if (top_logprobs !== undefined && !logprobs)
    throw new ApiError(400, 'Cannot use top_logprobs: expected logprobs to be true', {
      param: 'top_logprobs',
    });
  const maxTokens = max_completion_tokens ?? fields.max_tokens ?? Number.POSITIVE_INFINITY;
  const top = logprobs ? { topLogProbs: top_logprobs ?? 0 } : {};
  const endOfTurn = tokenizer.specialTokens.get(template.endOfTurn)!;
  return begin(serving, fields, [ids], { ...top, maxTokens, stopIds: [endOfTurn, ...model.stopIds] });
}

/** Begins to go on with a text, or with several. */
export function beginCompletion(serving: Serving, fields: CompletionFields): Job {
  const { model } = serving;
  const prompts = promptsOf(fields.prompt).map((prompt) => promptOf(prompt, model));
  const { logprobs, echo = false, n = 1, max_tokens: maxTokens = 16 } = fields;
  const job = begin(
    serving,
    fields,
    prompts.map(({ ids }) => ids),
    {
      ...(logprobs !== undefined && { topLogProbs: logprobs, scoresPrompt: echo }),
      maxTokens,
      stopIds: model.stopIds,
    },
    (nth) => (echo ? prompts[nth]!.text().length : 0),
  );
  if (!echo) return job;
  const echoes = job.answers.map(({ promptTokens }, nth): Echo => {
    const { text, added } = prompts[Math.floor(nth / n)]!;
    return { text: text(), tokens: async () => placed((await promptTokens()).slice(added), model.tokenizer) };
  });
  return { ...job, echoes };
}

const promptOf = (prompt: string | number[], { startIds, tokenizer }: ServedModel): Prompt =>
  typeof prompt === 'string'
    ? { ids: [...startIds, ...tokenizer.encode(prompt)], text: () => prompt, added: startIds.length }
    : { ids: prompt, text: () => tokenizer.decode(prompt), added: 0 };

const promptsOf = (prompt: CompletionFields['prompt']): (string | number[])[] => {
  if (typeof prompt === 'string') return [prompt];
  return typeof prompt[0] === 'number' ? [prompt as number[]] : (prompt as string[] | number[][]);
};

function begin(
  serving: Serving,
  fields: DrawingFields,
  prompts: readonly (readonly number[])[],
  limits: Pick<TextRequest, 'maxTokens' | 'stopIds' | 'topLogProbs' | 'scoresPrompt'>,
  startOf: (prompt: number) => number = () => 0,
): Job {
  const { model, batcher } = serving;
  const { n = 1, stream = false, stream_options, seed = randomInt(2 ** 31) } = fields;
  if (stream_options && !stream)
    throw new ApiError(400, 'Cannot use stream_options: expected stream to be true', {
      param: 'stream_options',
    });
  const drawing = drawingOf(model, fields);
  const randoms = createRandom(seed).split(prompts.length * n);
  const stop = typeof fields.stop === 'string' ? [fields.stop] : (fields.stop ?? []);
  const answers: Answer[] = [];
  try {
    for (const [nth, random] of randoms.entries()) {
      const prompt = Math.floor(nth / n);
      const promptIds = checkedPrompt(serving, prompts[prompt]!);
      const text = batcher.submit({ ...drawing, ...limits, promptIds, random });
      answers.push(answerOf(text, model.tokenizer, { stop, start: startOf(prompt) }));
    }
  } catch (error) {
    for (const answer of answers) answer.cancel();
    throw error;
  }
  return {
    serving,
    answers,
    promptTokens: prompts.reduce((sum, { length }) => sum + length, 0),
    isStreamed: stream,
    includesUsage: stream_options?.include_usage ?? false,
    hasLogProbs: limits.topLogProbs !== undefined,
    echoes: [],
  };
}

function checkedPrompt({ model, batcher }: Serving, ids: readonly number[]): readonly number[] {
  const { contextLength } = batcher;
  if (ids.length === 0)
    throw new ApiError(400, `Cannot go on with no text: ${model.name} needs a token to begin with`, {
      param: 'prompt',
    });
  if (ids.length < contextLength) return ids;
  throw new ApiError(
    400,
    `Cannot read the prompt: expected fewer than ${contextLength} tokens, which ${model.name} can read, got ${ids.length}`,
    { param: 'prompt', code: 'context_length_exceeded' },
  );
}

/** How tokens are drawn: as the request says, or else as the model's makers do, or else as often as the model says. */
function drawingOf(
  { sampling, params, tokenizer }: ServedModel,
  fields: DrawingFields,
): Omit<TextRequest, 'random' | 'promptIds' | 'maxTokens'> {
  const { temperature, top_p, top_k, min_p, repetition_penalty, logit_bias } = fields;
  const biases = new Map(Object.entries(logit_bias ?? {}).map(([id, bias]) => [Number(id), bias]));
  const stranger = [...biases.keys()].find((id) => id >= params.config.vocabSize);
  if (stranger !== undefined)
    throw new ApiError(
      400,
      `Cannot use logit_bias: expected ids below ${tokenizer.vocabSize}, got ${stranger}`,
      {
        param: 'logit_bias',
      },
    );
  return {
    ...sampling,
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(top_k !== undefined && { topK: top_k }),
    ...(min_p !== undefined && { minP: min_p }),
    ...(repetition_penalty !== undefined && { repetitionPenalty: repetition_penalty }),
    ...(biases.size > 0 && { biases }),
    presencePenalty: fields.presence_penalty ?? 0,
    frequencyPenalty: fields.frequency_penalty ?? 0,
  };
}
