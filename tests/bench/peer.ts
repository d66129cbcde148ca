/** A peer that answers our questions from a Python process of its own, so that both are measured in turn. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { peersPython } from '../peers/environment.js';

export interface Peer {
  /** What it said when it was ready. */
  readonly said: unknown;
  /** Times in milliseconds. */
  readonly ask: (question: unknown) => Promise<number[]>;
  readonly stop: () => void;
}

/** Where a peer runs, and how. */
export interface PeerOptions {
  /** What it needs to know before it is ready. */
  readonly first?: unknown;
  /** The script; default `peer.py`. */
  readonly script?: string;
  /** Whose Python; default the first that has what the script needs. */
  readonly python?: string;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Milliseconds after an answer: OpenBLAS's threads look for more work for a while, on the core that we want next. */
const quiet = 200;

/** The peers' own environment, the first on the path, and Debian's, which has Debian's libraries. */
export const pythons: readonly string[] = [
  ...new Set([peersPython() ?? 'python3', 'python3', '/usr/bin/python3']),
];

/** Starts `peer.py` or another script; `undefined` where Python or the library that it measures is missing. */
export async function startPeer(
  args: readonly string[],
  { first, script = 'peer.py', python, env = {} }: PeerOptions = {},
): Promise<Peer | undefined> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  for (const program of python ? [python] : pythons) {
    const peer = await startWith(program, [file, ...args], { first, env });
    if (peer) return peer;
  }
  return undefined;
}

/** Starts one of our own scripts as a peer, in a process of its own. */
export async function startOwnPeer(name: string, args: readonly string[] = []): Promise<Peer> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const peer = await startWith(process.execPath, ['--import', 'tsx', file, ...args]);
  if (!peer) throw new Error(`The peer ${name} did not start`);
  return peer;
}

async function startWith(
  program: string,
  args: readonly string[],
  { first, env = {} }: Pick<PeerOptions, 'first' | 'env'> = {},
): Promise<Peer | undefined> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (value: unknown) => child.stdin.write(`${JSON.stringify(value)}\n`);
  if (first !== undefined) say(first);
  const ready = await Promise.race([
    lines.next(),
    once(child, 'close').then(
      () => undefined,
      () => undefined,
    ),
  ]);
  if (!ready || ready.done) return undefined;
  const ask = async (question: unknown) => {
    say(question);
    const { value, done } = await lines.next();
    if (done)
      throw new Error(`The peer ${args.join(' ')} ended before it answered ${JSON.stringify(question)}`);
    await pause(quiet);
    return JSON.parse(value) as number[];
  };
  return { said: JSON.parse(ready.value), ask, stop: () => child.kill() };
}
