/**
 * Answers of a model in a chat, with tools: where the model writes a call, it is asked, and what it says is put into the
 * context for the model to go on with (`<SEARCH_START>capital of Norway<SEARCH_END><RESULT_START>…<RESULT_END>`).
 */
import { type GenerateOptions, generateBatch } from '../model/generate.js';
import type { GptParams } from '../model/params.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { ChatMessage, ChatPart } from './message.js';
import { renderChat, specialId } from './render.js';
import type { ChatTemplate } from './template.js';
import { callTool, type ToolLimits, type Tools } from './tools.js';

/** A model that knows a template. */
export interface ChatModel {
  readonly params: GptParams;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
}

/** How an answer is drawn, and what may be asked meanwhile. */
export interface ReplyOptions
  extends ToolLimits,
    Pick<GenerateOptions, 'random' | 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'> {
  /** Tokens that the model may write in one answer; default 256. */
  readonly maxTokens?: number;
  /** Default none: a call is then text like any other. */
  readonly tools?: Tools;
  /** Calls in one answer; the next one is told so, and one more ends the answer. Default 4. */
  readonly maxCalls?: number;
}

/** A call, and what was answered. */
export interface ToolCall {
  readonly tool: string;
  readonly text: string;
  readonly result: string;
}

/** An answer. */
export interface ChatReply {
  /** The turn, ready to be put behind the others. */
  readonly message: ChatMessage;
  /** Everything behind the prompt, results and end of turn included. */
  readonly ids: readonly number[];
  /** For each id 1 where the model wrote it, 0 where a tool did. */
  readonly mask: readonly (0 | 1)[];
  readonly calls: readonly ToolCall[];
  /** Why it is over: the model ended its turn, or there was no room or no call left. */
  readonly endedBy: 'endOfTurn' | 'length' | 'calls';
}

/**
 * The model's turn in a chat.
 *
 * @throws {RangeError} If the chat has no message, is longer than the model can read, or the tokenizer lacks a special
 *   token of the template.
 *
 * @example
 * const chatTokenizer = withSpecialTokens(byteTokenizer(), chatMl.specialTokens);
 * const config = { vocabSize: chatTokenizer.vocabSize, blockSize: 64, nLayer: 1, nHead: 1, nEmbd: 4 };
 * const model = { params: createParams(config, createRandom(1)), tokenizer: chatTokenizer, template: chatMl };
 * const answer = await reply(model, [{ role: 'user', content: 'Hi' }], { random: createRandom(1), maxTokens: 5 });
 * [answer.message.role, answer.endedBy] // ['assistant', 'length']
 */
export async function reply(
  model: ChatModel,
  messages: readonly ChatMessage[],
  options: ReplyOptions,
): Promise<ChatReply> {
  const [answer] = await replyBatch(model, [messages], options);
  return answer!;
}

/** An answer that grows. */
interface GrowingReply {
  readonly prompt: readonly number[];
  readonly ids: number[];
  readonly mask: (0 | 1)[];
  readonly calls: ToolCall[];
  written: number;
  endedBy?: ChatReply['endedBy'];
}

/**
 * The model's turn in each of many chats, generated together; see `reply`. Tools are asked together too.
 *
 * @example
 * const chatTokenizer = withSpecialTokens(byteTokenizer(), chatMl.specialTokens);
 * const config = { vocabSize: chatTokenizer.vocabSize, blockSize: 64, nLayer: 1, nHead: 1, nEmbd: 4 };
 * const model = { params: createParams(config, createRandom(1)), tokenizer: chatTokenizer, template: chatMl };
 * const chats = ['Hi', 'Ho'].map((content) => [{ role: 'user', content } as const]);
 * (await replyBatch(model, chats, { random: createRandom(1), maxTokens: 5 })).length // 2
 */
export async function replyBatch(
  model: ChatModel,
  chats: readonly (readonly ChatMessage[])[],
  options: ReplyOptions,
): Promise<ChatReply[]> {
  const marks = marksOf(model);
  const { blockSize } = model.params.config;
  const replies = chats.map((messages, nth): GrowingReply => {
    const prompt = renderChat(messages, { ...model, reply: true }).ids;
    if (prompt.length > blockSize)
      throw new RangeError(
        `Cannot answer chat ${nth}: expected at most ${blockSize} tokens, which the model can read, got ${prompt.length}`,
      );
    return { prompt, ids: [], mask: [], calls: [], written: 0 };
  });
  let growing = replies;
  while (growing.length > 0) {
    writeOn(model, growing, marks, options);
    await Promise.all(growing.map((answer) => answerCall(model, answer, marks, options)));
    growing = growing.filter(({ endedBy }) => endedBy === undefined);
  }
  return replies.map(({ ids, mask, calls, endedBy }) => ({
    message: { role: 'assistant', content: contentOf(ids, model, marks) },
    ids,
    mask,
    calls,
    endedBy: endedBy!,
  }));
}

/** The ids of a template's marks. */
interface Marks {
  readonly endOfTurn: number;
  /** Tools by the id that begins, and that ends, a call. */
  readonly starts: ReadonlyMap<number, string>;
  readonly ends: ReadonlyMap<number, string>;
  readonly results: readonly [start: number, end: number] | undefined;
}

function marksOf({ template, tokenizer }: ChatModel): Marks {
  const idOf = (name: string) => specialId(name, template, tokenizer);
  const byId = (side: 0 | 1) =>
    new Map(Object.entries(template.calls).map(([tool, marks]) => [idOf(marks[side]), tool]));
  const { results } = template;
  return {
    endOfTurn: idOf(template.endOfTurn),
    starts: byId(0),
    ends: byId(1),
    results: results && [idOf(results[0]), idOf(results[1])],
  };
}

/** Lets the model write, up to the end of its turn, of a call, or of its room. */
function writeOn(
  { params }: ChatModel,
  replies: readonly GrowingReply[],
  { endOfTurn, ends }: Marks,
  { maxTokens = 256, tools, toolSeconds, resultLimit, maxCalls, ...drawing }: ReplyOptions,
): void {
  const { blockSize } = params.config;
  const rooms = replies.map(({ prompt, ids, written }) =>
    Math.min(maxTokens - written, blockSize - prompt.length - ids.length),
  );
  const texts = generateBatch(
    params,
    replies.map(({ prompt, ids }) => [...prompt, ...ids]),
    {
      ...drawing,
      maxTokens: Math.max(0, ...rooms),
      stop: [endOfTurn, ...(tools ? ends.keys() : [])].map((id) => [id]),
    },
  );
  for (const [nth, answer] of replies.entries()) {
    const ids = texts[nth]!.ids.slice(0, Math.max(0, rooms[nth]!));
    answer.ids.push(...ids);
    for (const _ of ids) answer.mask.push(1);
    answer.written += ids.length;
    const last = ids.at(-1);
    if (last === endOfTurn) answer.endedBy = 'endOfTurn';
    else if (last === undefined || !tools || !ends.has(last)) answer.endedBy = 'length';
  }
}

/** Answers the call with which a text ends. */
async function answerCall(
  { tokenizer, params }: ChatModel,
  answer: GrowingReply,
  marks: Marks,
  { tools = {}, maxCalls = 4, ...limits }: ReplyOptions,
): Promise<void> {
  if (answer.endedBy !== undefined || !marks.results) return;
  if (answer.calls.length > maxCalls) {
    answer.endedBy = 'calls';
    return;
  }
  const call = lastCall(answer.ids, marks, tokenizer);
  const result =
    answer.calls.length === maxCalls
      ? `error: no call is left, ${maxCalls} were made`
      : call.text === undefined
        ? `error: a call of ${call.tool} ended that had not begun`
        : await callTool(tools, { tool: call.tool, text: call.text }, limits);
  const ids = [marks.results[0], ...encodable(result, tokenizer), marks.results[1]];
  answer.calls.push({ tool: call.tool, text: call.text ?? '', result });
  answer.ids.push(...ids);
  for (const _ of ids) answer.mask.push(0);
  if (answer.prompt.length + answer.ids.length >= params.config.blockSize) answer.endedBy = 'length';
}

/** The call that the last id ends; without a text if it never began. */
function lastCall(
  ids: readonly number[],
  { starts, ends, results }: Marks,
  tokenizer: Tokenizer,
): { readonly tool: string; readonly text: string | undefined } {
  const tool = ends.get(ids.at(-1)!)!;
  const start = ids.findLastIndex((id) => starts.get(id) === tool);
  const isOpen = start >= 0 && !ids.slice(start, -1).some((id) => ends.has(id) || id === results?.[1]);
  return { tool, text: isOpen ? tokenizer.decode(ids.slice(start + 1, -1)) : undefined };
}

/** The ids of a text; none where the tokenizer has no symbols for it, as in a small world without words for errors. */
function encodable(text: string, tokenizer: Tokenizer): number[] {
  try {
    return tokenizer.encode(text);
  } catch {
    return [];
  }
}

/** A turn as text, or as parts where there was a call. */
function contentOf(
  ids: readonly number[],
  { tokenizer }: ChatModel,
  { endOfTurn, starts, ends, results }: Marks,
): ChatMessage['content'] {
  const parts: ChatPart[] = [];
  let open: { from: number; tool?: string } = { from: 0 };
  const close = (to: number, make: (text: string) => ChatPart) => {
    const text = tokenizer.decode(ids.slice(open.from, to));
    if (text !== '' || make('').type !== 'text') parts.push(make(text));
    open = { from: to + 1 };
  };
  const asText = (text: string): ChatPart => ({ type: 'text', text });
  for (const [at, id] of ids.entries()) {
    const tool = starts.get(id);
    if (tool !== undefined || id === results?.[0]) {
      close(at, asText);
      if (tool !== undefined) open.tool = tool;
    } else if (ends.has(id)) {
      const called = open.tool;
      close(at, called === undefined ? asText : (text) => ({ type: 'call', tool: called, text }));
    } else if (id === results?.[1]) close(at, (text) => ({ type: 'result', text }));
    else if (id === endOfTurn) close(at, asText);
  }
  if (open.from < ids.length) close(ids.length, asText);
  return parts.every(({ type }) => type === 'text') ? parts.map(({ text }) => text).join('') : parts;
}
