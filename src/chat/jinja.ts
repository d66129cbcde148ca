/**
 * Chat templates as models' files carry them: programs in Jinja, which `@huggingface/jinja` runs. A template is a stranger's
 * program, so it runs in a thread of its own with bounds on its time and memory.
 */
import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type ChatMessage, checkMessages } from './message.js';
import type { ChatSegment, ChatTemplate } from './template.js';

/** What a template needs to be told about its model. */
export interface JinjaTemplateOptions {
  /** All special tokens of the tokenizer that it may write. */
  readonly specialTokens: readonly string[];
  /** The one that ends an assistant's turn. */
  readonly endOfTurn: string;
  /** Default none. */
  readonly bosToken?: string;
  /** Default `endOfTurn`. */
  readonly eosToken?: string;
  readonly name?: string;
  /** How long it may take, in seconds; default 10. */
  readonly seconds?: number;
}

/**
 * A template in Jinja. Tools of ours are not known to it: an assistant's turn is text.
 *
 * @param source As `chat_template` in `tokenizer_config.json` or `tokenizer.chat_template` in a GGUF file.
 * @throws {SyntaxError} If it does not parse. `segments` throws an `Error` if it fails, or takes too long or too much memory.
 *
 * @example
 * const source = "{% for m in messages %}<s>{{ m.role }}: {{ m.content }}</s>{% endfor %}";
 * const template = jinjaTemplate(source, { specialTokens: ['<s>', '</s>'], endOfTurn: '</s>' });
 * template.segments([{ role: 'user', content: 'Hi' }]).map(({ text }) => text).join('') // '<s>user: Hi</s>'
 */
export function jinjaTemplate(source: string, options: JinjaTemplateOptions): ChatTemplate {
  const { specialTokens, endOfTurn, bosToken = '', eosToken = endOfTurn } = options;
  const { name = 'the template', seconds = 10 } = options;
  const run = runner(source, { name, seconds });
  run({ messages: [], parseOnly: true });
  return {
    name,
    specialTokens,
    endOfTurn,
    calls: {},
    segments: (messages, { reply = false } = {}) => {
      checkMessages(messages);
      const text = run({
        messages: messages.map((message) => ({ ...message, content: fenced(message, specialTokens) })),
        add_generation_prompt: reply,
        bos_token: bosToken,
        eos_token: eosToken,
      });
      return unfenced(text, endOfTurn);
    },
  };
}

// Private characters that mark what came out of a message. A template may trim and compare; it does not look inside.
const [begin, end, learned, broken] = ['\u{f8f0}', '\u{f8f1}', '\u{f8f2}', '\u{f8f3}'];

/** A message's text, marked at both ends within its white space, its special tokens broken so that none is read. */
function fenced({ role, content }: ChatMessage, specialTokens: readonly string[]): string {
  if (typeof content !== 'string')
    throw new RangeError('Cannot write down a chat: a template in Jinja knows no parts, only text');
  const clean = content.replace(/[\u{f8f0}-\u{f8f3}]/gu, '');
  const safe = specialTokens.reduce(
    (text, token) => text.replaceAll(token, token[0] + broken! + token.slice(1)),
    clean,
  );
  const [, before, core, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(safe)!;
  return core === '' ? safe : `${before}${begin}${role === 'assistant' ? learned : ''}${core}${end}${after}`;
}

/** The template's marks and the messages' texts apart again; the mark that ends an assistant's turn counts with it. */
function unfenced(rendered: string, endOfTurn: string): ChatSegment[] {
  const segments: ChatSegment[] = [];
  let wasLearned = false;
  for (const piece of rendered.split(/(\u{f8f0}[^\u{f8f1}]*\u{f8f1})/u)) {
    if (piece.startsWith(begin!)) {
      wasLearned = piece[1] === learned;
      const text = piece.slice(wasLearned ? 2 : 1, -1).replaceAll(broken!, '');
      segments.push({ text, isMarker: false, isLearned: wasLearned });
      continue;
    }
    const closing = wasLearned && piece.trimStart().startsWith(endOfTurn);
    const cut = closing ? piece.indexOf(endOfTurn) + endOfTurn.length : 0;
    if (cut > 0) segments.push({ text: piece.slice(0, cut), isMarker: true, isLearned: true });
    if (piece.length > cut) segments.push({ text: piece.slice(cut), isMarker: true, isLearned: false });
  }
  return segments;
}

type Context = { readonly [name: string]: unknown };

/** Runs a template again and again in one thread, which is started when it is needed and ended when it hangs. */
function runner(source: string, { name, seconds }: { readonly name: string; readonly seconds: number }) {
  let thread: { readonly worker: Worker; readonly port: MessagePort; readonly done: Int32Array } | undefined;
  return (context: Context): string => {
    thread ??= started(source);
    const { worker, port, done } = thread;
    Atomics.store(done, 0, 0);
    port.postMessage(context);
    const waited = Atomics.wait(done, 0, 0, 1000 * seconds);
    const answer = receiveMessageOnPort(port)?.message as { text?: string; error?: string } | undefined;
    if (waited === 'timed-out' || !answer) {
      thread = undefined;
      worker.terminate();
      throw new Error(`Cannot run ${name}: it took more than ${seconds} s or too much memory`);
    }
    if (answer.error === undefined) return answer.text ?? '';
    const kind = context.parseOnly ? SyntaxError : Error;
    throw new kind(`Cannot ${context.parseOnly ? 'read' : 'run'} ${name}: ${answer.error}`);
  };
}

/** In CommonJS, so that no loader of this process, which waits meanwhile, is asked for anything. */
const program = `
const { workerData: { source, port, done, jinja } } = require('node:worker_threads');
const { Template } = require(jinja);
let template;
port.on('message', ({ parseOnly, ...context }) => {
  let answer;
  try {
    template ??= new Template(source);
    answer = { text: parseOnly ? '' : template.render(context) };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  port.postMessage(answer);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

function started(source: string) {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const jinja = createRequire(import.meta.url).resolve('@huggingface/jinja');
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: { source, port: port2, done, jinja },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.on('error', () => {}); // said where the answer is missing
  worker.unref();
  port1.unref();
  return { worker, port: port1, done };
}
