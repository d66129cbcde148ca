/** A peer that answers our questions from a Python process of its own, so that both are measured in turn. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Peer {
  /** Times in milliseconds. */
  readonly ask: (question: unknown) => Promise<number[]>;
  readonly stop: () => void;
}

/** Milliseconds after an answer: OpenBLAS's threads look for more work for a while, on the core that we want next. */
const quiet = 200;

/**
 * Starts `peer.py` or another script; `undefined` where Python or the library that it measures is missing.
 *
 * @param first What it needs to know before it is ready.
 */
export async function startPeer(
  args: readonly string[],
  first?: unknown,
  name = 'peer.py',
): Promise<Peer | undefined> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  for (const python of pythons) {
    const peer = await startWith(python, [script, ...args], first);
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

/** Debian's own has Debian's libraries, also where another comes first on the path. */
const pythons = ['python3', '/usr/bin/python3'];

async function startWith(
  program: string,
  args: readonly string[],
  first?: unknown,
): Promise<Peer | undefined> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
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
  return { ask, stop: () => child.kill() };
}
