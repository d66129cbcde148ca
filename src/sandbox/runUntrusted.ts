/**
 * Runs code of nobody's trust, such as a model's tool call, and gives back plain data. Each run has a process of its
 * own, so that nothing is left of it: starting one takes some tenths of a second.
 *
 *   caller: this file --code--> untrustedProcess.ts, behind `walls.ts`
 *                     <-what it printed, and one message of at most `mostBytes`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Graph } from './graph.js';
import { defaultLimits, type Walls } from './limits.js';
import { bodyLength, frame, parseBody } from './pipeMessages.js';
import { plainValue } from './plainData.js';
import { startWalled } from './walls.js';

/** What the code may use. */
export interface UntrustedOptions {
  /** Longest time that it may compute, in seconds; default 5. By the clock it may take four times as long. */
  readonly seconds?: number;
  /** Resident memory, in megabytes; default 500. */
  readonly memory?: number;
  /** Characters that it may print; the rest is thrown away. Default 10,000. */
  readonly outputLimit?: number;
  /** What files in its own folder may hold together, in megabytes; default 10. */
  readonly disk?: number;
}

/** What came of the code. All of it is the code's own word. */
export interface UntrustedResult {
  /** What it printed. */
  readonly output: string;
  /**
   * The value of its last expression, awaited: numbers, texts, arrays, plain objects, maps, sets, dates and bytes. What
   * is no data (a function, an instance of a class) comes as the text that a notebook would show.
   */
  readonly value: unknown;
  /** What it threw: `TypeError: …`. */
  readonly error: string | undefined;
  /** Why it was ended, or ended itself, before it was done: `time limit of 5 s`. */
  readonly endedBy: string | undefined;
}

/** Bytes of the message that brings a value at most. */
const mostBytes = 4 * 2 ** 20;
/** Characters of code at most. */
const longestCode = 200_000;
/** Seconds of computing that the process may take before it is ready for the code. */
const startSeconds = 30;

/**
 * Runs TypeScript that nobody trusts. It finds the language, most of Node and this package, and has no files but in an
 * empty folder of its own, no programs and no network. Whatever it does, this neither throws nor waits for ever.
 *
 * @example
 * const { value, output } = await runUntrusted('const n: number = 6; console.log(n); [n, n * 7]');
 * value // [6, 42]
 * output // '6\n'
 * const endless = await runUntrusted('for (;;);', { seconds: 1 });
 * endless.endedBy // 'time limit of 1 s…'
 */
export async function runUntrusted(code: string, options: UntrustedOptions = {}): Promise<UntrustedResult> {
  const { seconds = 5, memory = 500, outputLimit: output = 10_000, disk = 10 } = options;
  if (code.length > longestCode) return tooLong(code);
  const folder = mkdtempSync(join(tmpdir(), 'untrusted-'));
  try {
    return await run(code, folder, seconds, { ...defaultLimits, memory, output, disk });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tooLong({ length }: string): UntrustedResult {
  const error = `RangeError: the code has ${length} characters, at most ${longestCode} are allowed`;
  return { output: '', value: undefined, error, endedBy: undefined };
}

async function run(code: string, folder: string, seconds: number, limits: Walls): Promise<UntrustedResult> {
  let output = '';
  const { child, ended, kill, allow } = startWalled('untrustedProcess', {
    folder,
    limits,
    seconds: startSeconds + seconds,
    ends: ['pipe', 'pipe'],
    print: (text) => {
      output += text;
    },
  });
  const closed = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const [, , , down, up] = child.stdio as unknown as [null, Readable, Readable, Writable, Readable];
  let unlimit = allow(startSeconds);
  const messages: unknown[] = [];
  onMessages(up, kill, (message) => {
    if (messages.push(message) > 1) return kill('it is done');
    unlimit(); // the first message says that it is ready, and nothing of the code has run yet
    unlimit = allow(seconds);
    down.write(frame(code));
  });
  down.on('error', () => {}); // it has ended meanwhile
  const endedBy = await ended;
  unlimit();
  await closed; // all that it printed has come
  return { output, value: undefined, error: undefined, endedBy: undefined, ...came(messages[1], endedBy) };
}

/** Hands on what comes, message by message. */
function onMessages(from: Readable, kill: (why: string) => void, handle: (message: unknown) => void): void {
  let held = Buffer.alloc(0);
  from.on('error', () => {}); // it has ended
  from.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    if (held.length > mostBytes) return kill(`a value of more than ${mostBytes} bytes`);
    try {
      while (held.length >= 4 && held.length >= 4 + bodyLength(held)) {
        const body = held.subarray(4, 4 + bodyLength(held));
        held = held.subarray(4 + body.length);
        handle(parseBody(body));
      }
    } catch {
      kill('a message that nobody can read');
    }
  });
}

/** What the process said at last, if it did, and if it can be read. */
function came(message: unknown, endedBy: string): Partial<UntrustedResult> {
  if (message === undefined) return { endedBy };
  const { error, text, graph } = (message ?? {}) as { readonly [key: string]: unknown };
  if (typeof error === 'string') return { error };
  if (typeof text === 'string') return { value: text };
  try {
    return { value: plainValue(graph as Graph) };
  } catch {
    return { endedBy: 'a message that nobody can read' };
  }
}
