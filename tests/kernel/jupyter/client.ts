/** A small Jupyter client for the tests: it signs and reads messages by the protocol's text, with nothing of ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Dealer, Request, Subscriber } from 'zeromq';
import { installKernel } from '../../../src/kernel/jupyter/kernelspec.js';

export const cli = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
const limit = 30_000;

/** What `workbook kernel install` tells Jupyter. */
export const spec = JSON.parse(readFileSync(installKernel({ main: cli, prefix: folder }), 'utf8')) as {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
};

export type Json = { readonly [name: string]: unknown };
export interface Message {
  readonly channel: string;
  readonly type: string;
  /** `msg_id` of the request that it belongs to. */
  readonly parent: string | undefined;
  readonly content: Json;
}

/** A connection file with free ports, and what stands in it. */
export async function connectionFile(changes: Json = {}): Promise<{ path: string; connection: Json }> {
  const servers = await Promise.all(
    ['shell', 'iopub', 'stdin', 'control', 'hb'].map(async (name) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { name, server, port: (server.address() as { port: number }).port };
    }),
  );
  for (const { server } of servers) await new Promise((resolve) => server.close(resolve));
  const ports = Object.fromEntries(servers.map(({ name, port }) => [`${name}_port`, port]));
  const fixed = { ip: '127.0.0.1', transport: 'tcp', key: 'a secret', signature_scheme: 'hmac-sha256' };
  const connection = { ...fixed, ...ports, ...changes };
  const path = join(folder, `${randomUUID()}.json`);
  writeFileSync(path, JSON.stringify(connection));
  return { path, connection };
}

/** Starts a kernel as Jupyter does, connects to it and waits until it answers. */
export async function startKernel({ key = 'a secret', env = {} }: { key?: string; env?: Json } = {}) {
  const { path, connection } = await connectionFile({ key });
  const [program, ...args] = spec.argv.map((word) => word.replace('{connection_file}', path));
  const process_ = spawn(program!, args, {
    cwd: folder,
    detached: true, // a process group of its own, which is what Jupyter interrupts
    env: { ...process.env, ...spec.env, WORKBOOK_CHECK: 'off', ...env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const client = connect(connection, key);
  let printed = '';
  for (const stream of [process_.stdout, process_.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const status = new Promise<number | null>((resolve) => process_.once('exit', resolve));
  await ready(client, process_);
  return {
    ...client,
    pid: process_.pid!,
    /** Its exit status, once it has ended. */
    status,
    /** What it wrote to its own streams. */
    printed: () => printed,
    close: async () => {
      client.disconnect();
      process_.kill('SIGTERM');
      await status;
    },
  };
}

export type Kernel = Awaited<ReturnType<typeof startKernel>>;

/** Publishing reaches nobody who has not finished subscribing, so a question is asked until it is heard. */
async function ready(client: ReturnType<typeof connect>, { exitCode }: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && exitCode === null; attempt++) {
    const id = client.ask('shell', 'kernel_info_request', {});
    await client.reply(id);
    if (await client.heard((message) => message.channel === 'iopub' && message.parent === id, 100)) return;
  }
  throw new Error('The kernel does not answer');
}

function connect(connection: Json, key: string) {
  const address = (name: string) => `tcp://${connection.ip}:${connection[`${name}_port`]}`;
  const identity = randomUUID(); // the same on shell and stdin: so the kernel finds who is to be asked
  const options = { routingId: identity, linger: 0 };
  const dealers = { shell: new Dealer(options), control: new Dealer(options), stdin: new Dealer(options) };
  const iopub = new Subscriber({ linger: 0 });
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  for (const [name, socket] of [...Object.entries(dealers), ['iopub', iopub] as const]) {
    socket.connect(address(name));
    void collect(socket, (frames) => {
      messages.push(decode(name, frames));
      for (const wake of waiting) wake();
    });
  }
  iopub.subscribe();
  const find = async (test: (message: Message) => boolean, milliseconds: number) => {
    const end = Date.now() + milliseconds;
    for (;;) {
      const found = messages.find(test);
      if (found || Date.now() > end) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(wake, Math.max(1, end - Date.now()));
        waiting.add(wake);
      });
    }
  };
  const wait = async (test: (message: Message) => boolean, what: string): Promise<Message> => {
    const found = await find(test, limit);
    if (!found) throw new Error(`Waited for ${what} in vain`);
    return found;
  };
  const send = (channel: keyof typeof dealers, frames: (string | Buffer)[]) => {
    void dealers[channel].send(frames);
  };
  const ask = (channel: keyof typeof dealers, type: string, content: Json): string => {
    const { id, frames } = encode(key, type, content);
    send(channel, frames);
    return id;
  };
  const reply = (id: string) =>
    wait((m) => m.channel !== 'iopub' && m.parent === id && m.type.endsWith('_reply'), `the reply to ${id}`);
  const isIdle = (id: string) => (m: Message) =>
    m.type === 'status' && m.parent === id && m.content.execution_state === 'idle';
  /** What was published for a request up to its end, `status` left out. */
  const outputs = async (id: string): Promise<Message[]> => {
    const idle = await wait(isIdle(id), `the end of ${id}`);
    const upTo = messages.slice(0, messages.indexOf(idle));
    return upTo.filter((m) => m.channel === 'iopub' && m.parent === id && m.type !== 'status');
  };
  const execute = (code: string, options: Json = {}) => ask('shell', 'execute_request', { code, ...options });
  return {
    messages,
    send,
    ask,
    reply,
    outputs,
    execute,
    wait,
    heard: find,
    /** Runs a cell: the reply's content, and what it published. */
    run: async (code: string, options: Json = {}) => {
      const id = execute(code, options);
      return { reply: (await reply(id)).content, outputs: await outputs(id) };
    },
    /** Sends something over the heartbeat and waits for its echo. */
    beat: async (text: string): Promise<string> => {
      const socket = new Request({ linger: 0, receiveTimeout: limit });
      socket.connect(address('hb'));
      await socket.send(text);
      const [echo] = await socket.receive();
      socket.close();
      return String(echo);
    },
    disconnect: () => {
      for (const socket of [...Object.values(dealers), iopub]) socket.close();
    },
  };
}

async function collect(socket: AsyncIterable<Buffer[]>, take: (frames: Buffer[]) => void): Promise<void> {
  for await (const frames of socket) take(frames);
}

/** The frames of a message, from the delimiter on. */
export function encode(key: string, type: string, content: Json): { id: string; frames: string[] } {
  const id = randomUUID();
  const header = {
    msg_id: id,
    msg_type: type,
    session: 's',
    username: 'u',
    date: new Date().toISOString(),
    version: '5.3',
  };
  const parts = [JSON.stringify(header), '{}', '{}', JSON.stringify(content)];
  return { id, frames: ['<IDS|MSG>', sign(key, parts), ...parts] };
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  if (key === '') return '';
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

function decode(channel: string, frames: Buffer[]): Message {
  const at = frames.findIndex((frame) => String(frame) === '<IDS|MSG>');
  const [header, parent, , content] = frames.slice(at + 2).map((frame) => JSON.parse(String(frame)) as Json);
  return {
    channel,
    type: String(header?.msg_type),
    parent: parent?.msg_id as string | undefined,
    content: content!,
  };
}
