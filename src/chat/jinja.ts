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
const written = /((?:[\u2000-\u2004]{2})*\u{f8f0}[^\u{f8f1}]*\u{f8f1}(?:[\u2000-\u2004]{2})*)/u;

/** A message's text, marked at both ends within its white space, its special tokens broken so that none is read. */
function fenced({ role, content }: ChatMessage, specialTokens: readonly string[]): string {
  if (typeof content !== 'string')
    throw new RangeError('Cannot write down a chat: a template in Jinja knows no parts, only text');
  const clean = content.replace(/[\u{f8f0}-\u{f8f3}]/gu, '');
  const safe = specialTokens.reduce(
    (text, token) => text.replaceAll(token, token[0] + broken! + token.slice(1)),
    clean,
  );
  const isLearned = role === 'assistant';
  const [, before, core, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(safe)!;
  return `${blanksOut(before!)}${begin}${isLearned ? learned : ''}${core}${end}${blanksOut(after!)}`;
}

/** White space of JavaScript, which `trim` takes away; two of the blanks from U+2000 stand for one of them. */
const blanks = [
  ...'\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
];

/** The white space at a message's end, so that one can see behind the template whose it is. */
function blanksOut(text: string): string {
  const digit = (value: number) => String.fromCodePoint(0x2000 + value);
  return Array.from(text, (blank) => {
    const place = blanks.indexOf(blank);
    return digit(Math.floor(place / 5)) + digit(place % 5);
  }).join('');
}

function blanksIn(text: string): string {
  return text.replace(/([\u2000-\u2004])([\u2000-\u2004])/g, (_, high: string, low: string) => {
    const digit = (code: string) => code.codePointAt(0)! - 0x2000;
    return blanks[5 * digit(high) + digit(low)]!;
  });
}

/** A message's text as it was, and whether it is the assistant's. */
function messageIn(piece: string): ChatSegment {
  const [, before, core, after] =
    /^([\u2000-\u2004]*)\u{f8f0}([^\u{f8f1}]*)\u{f8f1}([\u2000-\u2004]*)$/u.exec(piece)!;
  const inside = core!.replaceAll(broken!, '').replace(learned!, '');
  const text = blanksIn(before!) + inside + blanksIn(after!);
  return { text, isMarker: false, isLearned: core!.startsWith(learned!) };
}

/** The template's marks and the messages' texts apart again; the mark that ends an assistant's turn counts with it. */
function unfenced(rendered: string, endOfTurn: string): ChatSegment[] {
  const segments: ChatSegment[] = [];
  for (const [nth, piece] of rendered.split(written).entries()) {
    if (nth % 2 === 1) {
      segments.push(messageIn(piece));
      continue;
    }
    const closing = segments.at(-1)?.isLearned && piece.trimStart().startsWith(endOfTurn);
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
