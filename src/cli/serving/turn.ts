/** A model's turn in a chat, shown as it is written, with the calls of tools that it makes on the way. */
import type { ChatMessage, ChatPart } from '../../chat/message.js';
import { renderChat, specialId } from '../../chat/render.js';
import type { ChatTemplate } from '../../chat/template.js';
import { callTool, type Tools } from '../../chat/tools.js';
import type { Random } from '../../core/random.js';
import type { SampleOptions } from '../../model/sample.js';
import type { Batcher } from '../../serve/batcher/batcher.js';
import type { ServedModel } from '../../serve/servedModel.js';
import { streamDecoder } from '../../tokenizer/streamDecoder.js';

/** Who answers, and how. */
export interface TurnOptions {
  readonly model: ServedModel & { readonly template: ChatTemplate };
  readonly batcher: Batcher;
  readonly random: Random;
  readonly drawing: SampleOptions;
  /** Tokens that the model may write. */
  readonly tokens: number;
  /** None: a call is then text like any other. */
  readonly tools: Tools | undefined;
  /** Ends the answer as it is. */
  readonly signal: AbortSignal;
  /** Takes what is to be shown, piece by piece. */
  readonly show: (text: string) => void;
}

const mostCalls = 4;

/**
 * Lets the model answer.
 *
 * @throws {RangeError} If the chat is longer than the model can read.
 */
export async function takeTurn(messages: readonly ChatMessage[], options: TurnOptions): Promise<ChatMessage> {
  const { model, tools, show, signal } = options;
  const { template, tokenizer } = model;
  const ids = [...renderChat(messages, { template, tokenizer, reply: true }).ids];
  const end = ids.length + options.tokens;
  const parts: ChatPart[] = [];
  for (let calls = 0; ids.length < end && !signal.aborted; calls++) {
    const mayCall = tools && template.results && calls < mostCalls;
    const called = await writeOn(ids, parts, end - ids.length, mayCall ? template.calls : {}, options);
    if (!called || !tools || !template.results) break;
    const result = await callTool(tools, called, {});
    const [before, after] = template.results.map((name) => specialId(name, template, tokenizer));
    ids.push(before!, ...tokenizer.encode(result), after!);
    parts.push({ type: 'call', ...called }, { type: 'result', text: result });
    show(`\n[${called.tool}: ${called.text} → ${result}]\n`);
  }
  const isText = parts.every(({ type }) => type === 'text');
  return { role: 'assistant', content: isText ? parts.map(({ text }) => text).join('') : parts };
}

/** Text up to the end of the turn or of a call, which is given back. */
async function writeOn(
  ids: number[],
  parts: ChatPart[],
  maxTokens: number,
  calls: ChatTemplate['calls'],
  { model, batcher, random, drawing, signal, show }: TurnOptions,
): Promise<{ readonly tool: string; readonly text: string } | undefined> {
  const { template, tokenizer, stopIds } = model;
  const idOf = (name: string) => specialId(name, template, tokenizer);
  const marks = Object.entries(calls).map(([tool, [start, end]]) => [tool, idOf(start), idOf(end)] as const);
  const stops = [idOf(template.endOfTurn), ...stopIds];
  const text = batcher.submit({
    ...model.sampling,
    ...drawing,
    promptIds: ids,
    maxTokens,
    stopIds: stops,
    random,
  });
  signal.addEventListener('abort', text.cancel);
  const decoder = streamDecoder(tokenizer);
  let [written, open, call] = ['', undefined as string | undefined, [] as number[]];
  const write = (piece: string) => {
    written += piece;
    show(piece);
  };
  const keep = () => {
    if (written !== '') parts.push({ type: 'text', text: written });
  };
  try {
    for await (const { id } of text) {
      ids.push(id);
      const started = marks.find(([, start]) => start === id);
      if (started) [open, call] = [started[0], []];
      else if (open !== undefined && marks.some(([tool, , end]) => tool === open && end === id)) {
        keep();
        return { tool: open, text: tokenizer.decode(call) };
      } else if (open !== undefined) call.push(id);
      else write(decoder.push(id));
    }
  } finally {
    signal.removeEventListener('abort', text.cancel);
  }
  write(decoder.end());
  keep();
  return undefined;
}
