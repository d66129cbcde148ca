/** A chat as token ids, with the mask that says which of them count in the loss. */
import { namesPattern } from '../tokenizer/engine/names.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { ChatMessage } from './message.js';
import type { ChatSegment, ChatTemplate } from './template.js';

/** A chat as a model reads it. */
export interface RenderedChat {
  readonly ids: readonly number[];
  /** For each id 1 where a model learns to write it, 0 elsewhere. */
  readonly mask: readonly (0 | 1)[];
}

/** How a chat becomes ids. */
export interface RenderChatOptions {
  readonly template: ChatTemplate;
  /** Has the template's special tokens; see `withSpecialTokens`. */
  readonly tokenizer: Tokenizer;
  /** Whether the beginning of an assistant's turn comes last, for a model to go on; default no. */
  readonly reply?: boolean;
}

/**
 * Writes a chat down and encodes it. Only the template's own marks become special tokens: a message that spells one
 * stays text, so nobody can end their turn and begin the assistant's.
 *
 * The mask follows Hugging Face's `return_assistant_tokens_mask`: a token counts if any of its characters does.
 *
 * @throws {RangeError} If there is no message, a role is unknown, or the tokenizer lacks a special token that is needed.
 *
 * @example
 * const chatTokenizer = withSpecialTokens(tokenizer, chatMl.specialTokens);
 * const messages = [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Ho' }] as const;
 * const { ids, mask } = renderChat(messages, { template: chatMl, tokenizer: chatTokenizer });
 * chatTokenizer.decode(ids.filter((_, nth) => mask[nth])) // 'Ho<|im_end|>'
 */
export function renderChat(
  messages: readonly ChatMessage[],
  { template, tokenizer, reply = false }: RenderChatOptions,
): RenderedChat {
  const ids: number[] = [];
  const mask: (0 | 1)[] = [];
  for (const run of runsOf(template.segments(messages, { reply }), template.specialTokens)) {
    const encoded =
      run.name === undefined ? tokenizer.encode(run.text) : [specialId(run.name, template, tokenizer)];
    ids.push(...encoded);
    mask.push(
      ...(run.name === undefined
        ? maskOf(encoded, run, tokenizer)
        : ([run.learned.length > 0 ? 1 : 0] as const)),
    );
  }
  return { ids, mask };
}

/** A special token, or text between two of them, which is encoded in one piece. */
interface Run {
  readonly name?: string;
  text: string;
  /** Where text that counts lies in it, in bytes of UTF-8: from, to. */
  readonly learned: [from: number, to: number][];
}

function runsOf(segments: readonly ChatSegment[], names: readonly string[]): Run[] {
  const runs: Run[] = [];
  let bytes = 0; // of the open run
  const add = (text: string, isLearned: boolean) => {
    if (text === '') return;
    let open = runs.at(-1);
    if (!open || open.name !== undefined) {
      open = { text: '', learned: [] };
      runs.push(open);
      bytes = 0;
    }
    const from = bytes;
    bytes += Buffer.byteLength(text);
    open.text += text;
    if (isLearned) open.learned.push([from, bytes]);
  };
  for (const { text, isMarker, isLearned } of segments) {
    if (!isMarker) add(text, isLearned);
    else
      for (const piece of pieces(text, names)) {
        if (names.includes(piece))
          runs.push({ name: piece, text: piece, learned: isLearned ? [[0, 1]] : [] });
        else add(piece, isLearned);
      }
  }
  return runs;
}

/** A text cut at every name in it, the names included. */
function pieces(text: string, names: readonly string[]): string[] {
  return names.length === 0 ? [text] : text.split(new RegExp(`(${namesPattern(names).source})`));
}

export function specialId(name: string, template: ChatTemplate, { specialTokens }: Tokenizer): number {
  const id = specialTokens.get(name);
  if (id !== undefined) return id;
  throw new RangeError(
    `Cannot render a chat: expected a tokenizer with ${name} of ${template.name}, got ${[...specialTokens.keys()].join(' ') || 'none'}`,
  );
}

function maskOf(ids: readonly number[], { learned }: Run, { tokenBytes }: Tokenizer): (0 | 1)[] {
  let at = 0;
  return ids.map((id) => {
    const [from, to] = [at, at + tokenBytes(id).length];
    at = to;
    return learned.some(([start, end]) => start < to && from < end) ? 1 : 0;
  });
}
