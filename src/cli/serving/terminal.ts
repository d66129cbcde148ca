/** A chat by lines: what is typed or piped in is a message or an order, and the answer is shown as it is made. */
import { createInterface } from 'node:readline';
import { trainingDocuments } from '../../artifacts/pretrained.js';
import { selectBackend } from '../../backend/select.js';
import type { ChatMessage } from '../../chat/message.js';
import type { ChatTemplate } from '../../chat/template.js';
import { codeTool, searchTool, type Tools } from '../../chat/tools.js';
import { messageOf } from '../../core/errors.js';
import { createRandom } from '../../core/random.js';
import { searchIndex } from '../../data/searchIndex.js';
import { disposeParams } from '../../model/params.js';
import type { SampleOptions } from '../../model/sample.js';
import { createBatcher } from '../../serve/batcher/batcher.js';
import type { ServedModel } from '../../serve/servedModel.js';
import { interruptedStatus } from '../interrupt.js';
import { type ModelToServeOptions, modelToServe } from './modelToServe.js';
import { type TurnOptions, takeTurn } from './turn.js';

/** How the chat goes. */
export interface TerminalOptions extends ModelToServeOptions {
  readonly system?: string;
  readonly tools: boolean;
  readonly tokens: number;
  readonly seed: number;
  readonly drawing: SampleOptions;
}

/**
 * Chats until the input ends, `/quit`, or a second Ctrl-C; the first one stops the answer.
 *
 * @returns The exit status.
 * @throws {Error} If there is no such model, or it cannot chat.
 */
export async function chatInTerminal(name: string, options: TerminalOptions): Promise<number> {
  await selectBackend();
  const model = await modelToServe(name, options);
  try {
    return await chat(chatting(model), options);
  } finally {
    disposeParams(model.params);
  }
}

function chatting(model: ServedModel): TurnOptions['model'] {
  const { template } = model;
  if (template) return { ...model, template };
  throw new Error(
    `Cannot chat with ${model.name}: it has no chat template; workbook generate goes on with a text`,
  );
}

async function chat(model: TurnOptions['model'], options: TerminalOptions): Promise<number> {
  const { tokens, drawing } = options;
  const batcher = createBatcher(model.params, { slots: 1 });
  const tools = options.tools ? toolsFor(model.template, options) : undefined;
  const random = createRandom(options.seed);
  const { isTTY } = process.stdin;
  let system = options.system;
  let messages: ChatMessage[] = [];
  let answering: AbortController | undefined;

  const answer = async (line: string): Promise<void> => {
    answering = new AbortController();
    const own = { model, batcher, random, drawing, tokens, tools, signal: answering.signal };
    const first: ChatMessage[] = system ? [{ role: 'system', content: system }] : [];
    const asked: ChatMessage[] = [...messages, { role: 'user', content: line }];
    try {
      const show = (text: string) => void process.stdout.write(text);
      messages = [...asked, await takeTurn([...first, ...asked], { ...own, show })];
      process.stdout.write('\n');
    } catch (error) {
      process.stderr.write(`${messageOf(error)}. /reset begins anew.\n`);
    }
    answering = undefined;
  };

  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: isTTY,
    prompt: '> ',
  });
  let isInterrupted = false;
  const onInterrupt = () => {
    if (isInterrupted || !isTTY) process.exit(interruptedStatus);
    isInterrupted = true; // until the next message
    if (answering) answering.abort();
    else process.stderr.write('\nOnce more leaves.\n> ');
  };
  lines.on('SIGINT', onInterrupt);
  process.on('SIGINT', onInterrupt);
  if (isTTY) lines.prompt();
  for await (const line of lines) {
    isInterrupted = false;
    const [, order, rest = ''] = /^\/(\w+)\s*(.*)$/.exec(line.trim()) ?? [];
    if (order === 'quit') break;
    if (order === 'reset') messages = [];
    else if (order === 'system') system = rest;
    else if (order !== undefined)
      process.stderr.write(`Unknown order /${order}: there are /reset, /system TEXT and /quit\n`);
    else if (line.trim() !== '') await answer(line);
    if (isTTY) lines.prompt();
  }
  lines.close();
  process.off('SIGINT', onInterrupt);
  return 0;
}

/** Search in what the base model has read, and code where students' code runs. */
function toolsFor(template: ChatTemplate, { size }: TerminalOptions): Tools {
  const all = { search: () => searchTool(searchIndex(trainingDocuments(size))), code: codeTool };
  const names = (['search', 'code'] as const).filter((name) => Object.hasOwn(template.calls, name));
  if (names.length === 0) throw new Error(`Cannot use --tools: ${template.name} has no marks for calls`);
  return Object.fromEntries(names.map((name) => [name, all[name]()]));
}
