/** What may stand in the body of a request: OpenAI's fields, and three that llama.cpp and vLLM have added. */
import { z } from 'zod';
import { ApiError } from './apiErrors.js';

const count = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const penalty = z.number().min(-2).max(2);

/** Where nothing else is done than what happens without the field. */
const harmless = {
  user: z.string(),
  metadata: z.record(z.string(), z.string()),
  service_tier: z.string(),
  safety_identifier: z.string(),
  prompt_cache_key: z.string(),
  store: z.literal(false),
};

const drawing = {
  model: z.string(),
  max_tokens: z.int().min(0),
  temperature: z.number().min(0).max(2),
  top_p: z.number().gt(0).max(1),
  top_k: count,
  min_p: z.number().min(0).max(1),
  repetition_penalty: z.number().gt(0).max(10),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  logit_bias: z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)),
  n: z.int().min(1).max(16),
  seed: z.int(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]),
  stream: z.boolean(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }),
  ...harmless,
};

const textParts = z.array(z.strictObject({ type: z.literal('text'), text: z.string() }));
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), textParts]),
  name: z.string().optional(),
  tool_call_id: z.string().optional(),
  refusal: z.null().optional(),
});

const chatFields = z
  .strictObject({
    ...drawing,
    messages: z.array(message).min(1),
    max_completion_tokens: z.int().min(0),
    logprobs: z.boolean(),
    top_logprobs: z.int().min(0).max(20),
    response_format: z.strictObject({ type: z.literal('text') }),
    modalities: z.tuple([z.literal('text')]),
    tool_choice: z.literal('none'),
    tools: z.array(z.never()),
    parallel_tool_calls: z.boolean(),
  })
  .partial()
  .required({ model: true, messages: true });

const completionFields = z
  .strictObject({
    ...drawing,
    prompt: z.union([
      z.string(),
      z.array(z.string()).min(1),
      z.array(z.int()).min(1),
      z.array(z.array(z.int())),
    ]),
    echo: z.boolean(),
    logprobs: z.int().min(0).max(20),
    best_of: z.literal(1),
  })
  .partial()
  .required({ model: true, prompt: true });

/** A request for the next turn of a chat. */
export type ChatFields = z.infer<typeof chatFields>;

/** A request to go on with a text. */
export type CompletionFields = z.infer<typeof completionFields>;

/** What both have. */
export type DrawingFields = Omit<CompletionFields, 'prompt' | 'echo' | 'logprobs' | 'best_of'>;

/** Fields whose answer would be something that no model here gives. */
const refused: { readonly [field: string]: string } = {
  response_format: 'answers are text; nothing makes a model here keep to JSON',
  tools: 'tools of clients are not called; workbook chat --tools has the model’s own',
  tool_choice: 'tools of clients are not called; workbook chat --tools has the model’s own',
  functions: 'functions of clients are not called',
  function_call: 'functions of clients are not called',
  audio: 'models here write text alone',
  modalities: 'models here write text alone',
  prediction: 'predicted outputs are not used',
  web_search_options: 'nothing is searched on the web',
  reasoning_effort: 'models here have no setting for it',
  store: 'nothing is stored',
  suffix: 'models here write on at the end of a text alone',
  best_of: 'ask for n texts instead',
};

/** @throws {ApiError} Naming the field that is wrong. */
export const readChatFields = (body: unknown): ChatFields => fieldsOf(chatFields, body);

/** @throws {ApiError} Naming the field that is wrong. */
export const readCompletionFields = (body: unknown): CompletionFields => fieldsOf(completionFields, body);

function fieldsOf<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(withoutNulls(body));
  if (!error) return data;
  const [issue] = error.issues as [z.core.$ZodIssue];
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const [field = ''] = path.map(String);
  const param = path.join('.');
  if (Object.hasOwn(refused, field))
    throw new ApiError(400, `Cannot use ${field}: ${refused[field]}`, { param });
  if (path.length === 0) throw new ApiError(400, 'Cannot read the body: expected a JSON object');
  if (issue.code === 'unrecognized_keys')
    throw new ApiError(400, `Cannot use ${param}: there is no such field`, { param });
  if (param.startsWith('messages') && param.includes('content'))
    throw new ApiError(400, `Cannot use ${param}: expected text, which is all that models here read`, {
      param,
    });
  const { message } = issue;
  throw new ApiError(400, `Cannot use ${param}: ${message[0]!.toLowerCase()}${message.slice(1)}`, { param });
}

/** Clients send null for what they leave out. */
const withoutNulls = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    : body;
