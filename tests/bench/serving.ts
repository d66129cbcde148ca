/**
 * `workbook serve chat` at `nano` under load, in a process of its own: what 32 streaming clients get beside one, 10,000
 * requests of all kinds, and how fast the model writes beside llama.cpp from the same file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chatModel } from '../../dist/artifacts/chatModel.js';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { loadGguf } from '../../dist/model/files/gguf/loadGguf.js';
import { saveGguf } from '../../dist/model/files/gguf/saveGguf.js';
import { generate } from '../../dist/model/generate.js';
import { disposeParams } from '../../dist/model/params.js';
import { smolLm2File } from '../peers/llama.js';
import { type Measurement, median } from './measurement.js';
import { startOwnPeer } from './peer.js';
import { connectCounting, streamed } from './servingClient.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const [clients, rounds, secondsEach, requests] = [32, 5, 4, 10_000];

export async function measureServing(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'serving-'));
  try {
    await selectBackend();
    const { params, tokenizer } = await chatModel('nano');
    const file = join(folder, 'chat.gguf');
    saveGguf(file, { params, tokenizer, stopIds: [tokenizer.specialTokens.get('<|endoftext|>')!] });
    disposeParams(params);
    const server = await startOwnServer();
    const rows = [...(await underLoad(server.url)), ...(await soak(server))];
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
    return [...rows, ...(await besideLlama(file))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface OwnServer {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startOwnServer(): Promise<OwnServer> {
  const child = spawn(process.execPath, [cli, 'serve', 'chat', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const data of child.stdout) {
    said += data;
    const [, url] = /(http:\S+)\/v1/.exec(said) ?? [];
    if (url) return { child, url };
  }
  throw new Error(`workbook serve ended: ${said}`);
}

const words =
  'the sea a ship of what is who and old city king river in two three when house long water'.split(' ');

/** A prompt that nobody else has, and 16 to 48 tokens behind it. */
function bodyOf(seed: number, fields: object = {}): string {
  const random = createRandom(seed);
  const prompt = Array.from({ length: 12 }, () => random.pick(words)).join(' ');
  return JSON.stringify({
    model: 'chat',
    prompt,
    max_tokens: 16 + random.integer(33),
    seed,
    stream: true,
    ...fields,
  });
}

/** What clients got who asked again and again. */
interface Asked {
  readonly firsts: number[];
  tokens: number;
  seconds: number;
  /** Of a processor, which the clients themselves took. */
  ownSeconds: number;
}

const nothing = (): Asked => ({ firsts: [], tokens: 0, seconds: 0, ownSeconds: 0 });

/** Clients that ask again and again for some seconds; they count what comes, and look at nothing. */
async function ask(url: string, count: number, firstSeed: number, asked: Asked): Promise<void> {
  const start = performance.now();
  const own = process.cpuUsage();
  const client = async (nth: number) => {
    const { stream, close } = await connectCounting(url);
    for (let round = 0; performance.now() < start + 1000 * secondsEach; round++) {
      const { tokens, first } = await stream(bodyOf(firstSeed + nth + count * round));
      if (tokens > 0) asked.firsts.push(first);
      asked.tokens += tokens;
    }
    close();
  };
  await Promise.all(Array.from({ length: count }, (_, nth) => client(nth)));
  asked.seconds += (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  asked.ownSeconds += (user + system) / 1e6;
}

/** One client and many in turn, so that neither has the quieter machine. */
async function underLoad(url: string): Promise<Measurement[]> {
  await ask(url, 4, 1, nothing()); // compiles
  const [alone, many] = [nothing(), nothing()];
  for (let round = 1; round <= rounds; round++) {
    await ask(url, 1, 100_000 * round, alone);
    await ask(url, clients, 1_000_000 * round, many);
  }
  const title = `serving, chat nano: ${clients} clients`;
  const row = (what: string, unit: string, of: (asked: Asked) => number): Measurement => ({
    name: `${title}, ${what}`,
    value: of(many),
    unit,
    peer: 'one client',
    peerValue: of(alone),
  });
  return [
    row('time to first token', 'ms', ({ firsts }) => median(firsts)),
    row('throughput', 'tokens/s', ({ tokens, seconds }) => tokens / seconds),
    row('processors that the clients take', '', ({ ownSeconds, seconds }) => ownSeconds / seconds),
  ];
}

/** Requests of all kinds from 32 clients; whoever stays gets what one got alone. */
async function soak({ url, child }: OwnServer): Promise<Measurement[]> {
  const bodies = Array.from({ length: 16 }, (_, seed) => bodyOf(300_000 + seed, { temperature: seed % 2 }));
  const expected: string[] = [];
  for (const body of bodies) expected.push((await streamed(url, body)).text);
  const counts = { wrong: 0, right: 0, left: 0, refused: 0 };
  const refused = async (body: string, status: number) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/completions`, { method: 'POST', headers, body });
    await response.text();
    if (response.status === status) counts.refused++;
    else counts.wrong++;
  };
  const big = JSON.stringify({ model: 'chat', prompt: 'x'.repeat(2 ** 20) });
  const one = async (nth: number) => {
    const random = createRandom(nth);
    const kind = random.uniform();
    const which = random.integer(bodies.length);
    if (kind < 0.05) return refused(bodies[which]!.slice(0, random.integer(60)), 400);
    if (kind < 0.07) return refused(big, 413);
    if (kind < 0.15) {
      await streamed(url, bodies[which]!, { leavesAfter: 1 + random.integer(5) });
      counts.left++;
      return;
    }
    const { text } = await streamed(url, bodies[which]!, kind < 0.17 ? { pauses: 5 } : {});
    if (text === expected[which]) counts.right++;
    else counts.wrong++;
  };
  let next = 0;
  const client = async () => {
    while (next < requests) {
      if (next === requests / 5) early = memoryOf(child.pid!);
      await one(next++);
    }
  };
  let early = 0;
  await Promise.all(Array.from({ length: clients }, client));
  const title = `serving, chat nano: ${requests} requests`;
  const note = `${counts.right} whole, ${counts.left} left, ${counts.refused} refused`;
  return [
    { name: `${title}, wrong answers`, value: counts.wrong, unit: '', peer: 'of', peerValue: requests, note },
    {
      name: `${title}, memory at the end`,
      value: memoryOf(child.pid!),
      unit: 'MiB',
      peer: 'after a fifth',
      peerValue: early,
    },
  ];
}

const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

/** 100 tokens one by one behind 8, from the same file, in turn. */
async function besideLlama(file: string): Promise<Measurement[]> {
  if (!existsSync(smolLm2File)) return [];
  const rows: Measurement[] = [];
  for (const threads of [1, 2]) rows.push(await writingBesideLlama(file, threads));
  return rows;
}

async function writingBesideLlama(file: string, threads: number): Promise<Measurement> {
  await selectBackend({ threads });
  const { params } = loadGguf(file);
  const llama = await startOwnPeer('llamaPeer.mjs', [dirname(smolLm2File), file, String(threads)]);
  const ids = [5, 6, 7, 8, 9, 10, 11, 12];
  const length = 100;
  const own = () => {
    let [made, start] = [0, 0];
    for (const _ of generate(params, ids, { maxTokens: length + 1, temperature: 0, random: createRandom(1) }))
      if (made++ === 0) start = performance.now();
    return performance.now() - start;
  };
  const times: [own: number, theirs: number][] = [];
  for (let round = 0; round < 12; round++)
    times.push([own(), (await llama.ask({ task: 'write', ids, length }))[0]!]);
  llama.stop();
  disposeParams(params);
  const speed = (nth: 0 | 1) => (1000 * length) / median(times.slice(4).map((both) => both[nth]));
  const name = `chat nano from GGUF, F32, ${threads} thread${threads > 1 ? 's' : ''}: 100 tokens`;
  return { name, value: speed(0), unit: 'tokens/s', peer: 'llama.cpp', peerValue: speed(1) };
}
