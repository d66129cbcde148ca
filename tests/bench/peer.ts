/** A peer that answers our questions from a Python process of its own, so that both are measured in turn. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Peer {
  /** Times in milliseconds. */
  readonly ask: (question: unknown) => Promise<number[]>;
  readonly stop: () => void;
}

const script = fileURLToPath(new URL('peer.py', import.meta.url));

/**
 * Starts `peer.py`; `undefined` where Python or the library that it measures is missing.
 *
 * @param first What it needs to know before it is ready.
 */
export async function startPeer(args: readonly string[], first?: unknown): Promise<Peer | undefined> {
  for (const python of pythons) {
    const peer = await startWith(python, args, first);
    if (peer) return peer;
  }
  return undefined;
}

/** Debian's own has Debian's libraries, also where another comes first on the path. */
const pythons = ['python3', '/usr/bin/python3'];

async function startWith(
  python: string,
  args: readonly string[],
  first?: unknown,
): Promise<Peer | undefined> {
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
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
    return JSON.parse(value) as number[];
  };
  return { ask, stop: () => child.kill() };
}
