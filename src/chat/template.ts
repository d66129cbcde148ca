/**
 * How a chat is written down: which special tokens stand around which turn. A model knows who speaks by these alone, so
 * it has to be asked in the template that it was trained with.
 */
import { type ChatMessage, type ChatPart, type ChatRole, checkMessages } from './message.js';

/** A piece of a chat that was written down. */
export interface ChatSegment {
  readonly text: string;
  /** Of the template: special tokens spelled here are meant. In anything else they are text. */
  readonly isMarker: boolean;
  /** Whether a model learns to write it: the assistant's text, its calls, and the mark that ends its turn. */
  readonly isLearned: boolean;
}

/** Writes chats down. */
export interface ChatTemplate {
  readonly name: string;
  /** Every special token that it uses; a tokenizer has to have them. */
  readonly specialTokens: readonly string[];
  /** The special token that ends a turn, and so an answer. */
  readonly endOfTurn: string;
  /** The mark that begins and ends a call of each tool, by the tool's name. */
  readonly calls: { readonly [tool: string]: readonly [start: string, end: string] };
  /** The marks around what a tool answered; none where `calls` knows no tool. */
  readonly results?: readonly [start: string, end: string];
  /**
   * The pieces of a chat, in their order.
   *
   * @param options.reply Whether the beginning of an assistant's turn comes last, for a model to go on; default no.
   */
  readonly segments: (
    messages: readonly ChatMessage[],
    options?: { readonly reply?: boolean },
  ) => ChatSegment[];
}

/** A template as data. */
interface ChatMarks {
  readonly name: string;
  /** Before all; default nothing. */
  readonly start?: string;
  /** Before a turn. */
  readonly before: (role: ChatRole) => string;
  readonly endOfTurn: string;
  /** Behind the mark that ends a turn. */
  readonly between: string;
  /** Whether white space around a message is taken away. */
  readonly trims: boolean;
  /** Special tokens in what `before` and `start` write. */
  readonly marks: readonly string[];
}

const calls = {
  search: ['<SEARCH_START>', '<SEARCH_END>'],
  code: ['<CODE_START>', '<CODE_END>'],
} as const;
const results = ['<RESULT_START>', '<RESULT_END>'] as const;

/**
 * ChatML, OpenAI's notation of 2023, which Qwen and SmolLM use: `<|im_start|>user`, a new line, the message,
 * `<|im_end|>`. Calls of tools stand in marks of their own.
 *
 * @example
 * chatMl.segments([{ role: 'user', content: 'Hi' }]).map(({ text }) => text).join('')
 * // '<|im_start|>user\nHi<|im_end|>\n'
 */
export const chatMl: ChatTemplate = templateOf({
  name: 'ChatML',
  before: (role) => `<|im_start|>${role}\n`,
  endOfTurn: '<|im_end|>',
  between: '\n',
  trims: false,
  marks: ['<|im_start|>'],
});

/**
 * The notation of Llama 3 (Llama Team 2024), for chats without tools of its own.
 *
 * @example
 * llama3Chat.segments([{ role: 'user', content: 'Hi' }]).map(({ text }) => text).join('')
 * // '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>'
 */
export const llama3Chat: ChatTemplate = templateOf({
  name: 'Llama 3',
  start: '<|begin_of_text|>',
  before: (role) => `<|start_header_id|>${role === 'tool' ? 'ipython' : role}<|end_header_id|>\n\n`,
  endOfTurn: '<|eot_id|>',
  between: '',
  trims: true,
  marks: ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>'],
});

function templateOf(marks: ChatMarks): ChatTemplate {
  return {
    name: marks.name,
    specialTokens: [...marks.marks, marks.endOfTurn, ...Object.values(calls).flat(), ...results],
    endOfTurn: marks.endOfTurn,
    calls,
    results,
    segments: (messages, { reply = false } = {}) => {
      checkMessages(messages);
      const start = marks.start ? [marker(marks.start)] : [];
      const end = reply ? [marker(marks.before('assistant'))] : [];
      return [...start, ...messages.flatMap((message) => turnOf(message, marks)), ...end];
    },
  };
}

/** Without white space around it, as Python's `strip` has it, which Jinja's `trim` is: a byte order mark stays. */
const stripped = (text: string): string => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');

const marker = (text: string, isLearned = false): ChatSegment => ({ text, isMarker: true, isLearned });
const plain = (text: string, isLearned: boolean): ChatSegment => ({ text, isMarker: false, isLearned });

function turnOf(
  { role, content }: ChatMessage,
  { before, endOfTurn, between, trims }: ChatMarks,
): ChatSegment[] {
  const isLearned = role === 'assistant';
  const written =
    typeof content === 'string'
      ? [plain(trims ? stripped(content) : content, isLearned)]
      : content.flatMap(partOf);
  const close = [marker(endOfTurn, isLearned), ...(between ? [marker(between)] : [])];
  return [marker(before(role)), ...written, ...close];
}

function partOf(part: ChatPart): ChatSegment[] {
  if (part.type === 'text') return [plain(part.text, true)];
  const isCall = part.type === 'call';
  const marks = isCall ? callMarks(part.tool) : results;
  return [marker(marks[0], isCall), plain(part.text, isCall), marker(marks[1], isCall)];
}

function callMarks(tool: string): readonly [string, string] {
  if (Object.hasOwn(calls, tool)) return calls[tool as keyof typeof calls];
  throw new RangeError(
    `Cannot write down a chat: expected a call of ${Object.keys(calls).join(' or ')}, got ${tool}`,
  );
}
