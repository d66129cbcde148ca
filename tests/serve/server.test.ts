/** What clients do that nobody asked them to, and how a server ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '../../src/backend/select.js';
import { disposeParams } from '../../src/model/params.js';
import { type ModelServer, type ServerOptions, startServer } from '../../src/serve/index.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { saveTokenizer } from '../../src/tokenizer/files/bpeFile.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { type TinyModel, textAlone, tinyModel } from './tinyModel.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const json = { 'content-type': 'application/json' };

describe('startServer()', () => {
  let model: TinyModel;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    model = tinyModel();
  });
  after(() => disposeParams(model.params));

  /** Runs a test against a server of its own. */
  async function served(options: ServerOptions, test: (server: ModelServer) => Promise<void>): Promise<void> {
    const server = await startServer([model], { ...options, port: 0 });
    try {
      await test(server);
    } finally {
      await server.close();
    }
  }
  const bodyOf = (content: string, seed: number, fields: object = {}) =>
    JSON.stringify({ model: 'tiny', messages: [{ role: 'user', content }], seed, max_tokens: 40, ...fields });
  const chat = ({ url }: ModelServer, body: BodyInit, init: RequestInit = {}) =>
    fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: json, body, ...init });
  const textIn = (stream: string) =>
    [...stream.matchAll(/^data: (\{.*)$/gm)]
      .map(([, data]) => JSON.parse(data!).choices[0]?.delta.content ?? '')
      .join('');
  const load = async ({ url }: ModelServer) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return ['slots_busy', 'queue'].map((name) =>
      Number(new RegExp(`_${name}\\{.*\\} (\\d+)`).exec(text)![1]),
    );
  };
  const untilIdle = async (server: ModelServer) => {
    while ((await load(server)).some((count) => count > 0)) await fetch(`${server.url}/health`);
  };

  it('32 clients at once get what each would get alone', () =>
    served({ slots: 8 }, async (server) => {
      const ask = async (nth: number) => {
        const response = await chat(server, bodyOf(`client ${nth}`, nth, { stream: nth % 2 === 0 }));
        const text = await response.text();
        return nth % 2 === 0 ? textIn(text) : JSON.parse(text).choices[0].message.content;
      };
      const clients = Array.from({ length: 32 }, (_, nth) => nth);
      assert.deepEqual(
        await Promise.all(clients.map(ask)),
        clients.map((nth) => textAlone(model, `client ${nth}`, { maxTokens: 40, seed: nth })),
      );
    }));

  it('answers what it cannot read with a sentence, and goes on', () =>
    served({ maxBodyBytes: 2000 }, async (server) => {
      const cases: [BodyInit, RequestInit, number, RegExp][] = [
        ['{"model": ', {}, 400, /not JSON/],
        ['[1, 2]', {}, 400, /expected a JSON object/],
        ['"text"', {}, 400, /expected a JSON object/],
        ['null', {}, 400, /expected a JSON object/],
        ['', {}, 400, /not JSON/],
        [bodyOf('x'.repeat(3000), 1), {}, 413, /at most 2000 bytes/],
        [bodyOf('x', 1), { headers: { 'content-type': 'text/plain' } }, 415, /application\/json/],
        [bodyOf('x', 1, { messages: 'Hi' }), {}, 400, /messages/],
        [bodyOf('x', 1, { messages: [{ role: 'king', content: 'x' }] }), {}, 400, /messages\.0\.role/],
        [bodyOf('x', 1, { seed: 0.5 }), {}, 400, /seed/],
        [bodyOf('x', 1, { n: 1e9 }), {}, 400, /n:/],
      ];
      for (const [body, init, status, message] of cases) {
        const response = await chat(server, body, init);
        const { error } = (await response.json()) as { error: { message: string } };
        assert.deepEqual([response.status, message.test(error.message)], [status, true], error.message);
      }
      const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) });
      const long = await chat(server, endless, { duplex: 'half' } as RequestInit).catch(() => undefined);
      assert.ok(long === undefined || long.status === 413); // the connection may end before all is sent
      assert.equal((await fetch(`${server.url}/nowhere`)).status, 404);
      assert.equal((await chat(server, bodyOf('x', 1))).status, 200);
    }));

  it('a page of another name is refused, so that it cannot read through a browser', () =>
    served({}, async (server) => {
      const { port } = new URL(server.url);
      const statusFor = async (host: string) => {
        const asked = request({ port, host: '127.0.0.1', path: '/v1/models', headers: { host } }).end();
        const [response] = await once(asked, 'response');
        response.resume();
        return response.statusCode;
      };
      assert.equal(await statusFor(`localhost:${port}`), 200);
      assert.equal(await statusFor(`[::1]:${port}`), 200);
      assert.equal(await statusFor('evil.example'), 403);
      assert.equal(await statusFor(`evil.example:${port}`), 403);
    }));

  it('a full queue refuses and says when to come again, and nobody is lost', () =>
    served({ slots: 1, maxQueue: 2 }, async (server) => {
      const responses = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => chat(server, bodyOf('x', seed))));
      const counts = [200, 429].map((status) => responses.filter((one) => one.status === status).length);
      assert.deepEqual(counts, [3, 3]);
      for (const one of responses)
        assert.equal(one.headers.get('retry-after'), one.status === 429 ? '1' : null);
      await untilIdle(server);
    }));

  it('aborted connections free their slots, at every moment', () =>
    served({ slots: 2 }, async (server) => {
      const { port } = new URL(server.url);
      const body = bodyOf('x', 1, { stream: true, max_tokens: 100 });
      const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      for (const part of [head.slice(0, 30), head + body.slice(0, 20), head + body]) {
        const sockets = [1, 2, 3, 4].map(() => connect(Number(port), '127.0.0.1').end(part));
        for (const socket of sockets) setImmediate(() => socket.destroy());
      }
      const controller = new AbortController();
      const begun = await chat(server, body, { signal: controller.signal });
      await begun.body!.getReader().read();
      controller.abort();
      const whole = chat(server, bodyOf('x', 1, { max_tokens: 100 }), { signal: AbortSignal.timeout(5) });
      await whole.catch(() => {});
      await untilIdle(server);
      const text = JSON.parse(await (await chat(server, bodyOf('y', 3))).text()).choices[0].message.content;
      assert.equal(text, textAlone(model, 'y', { maxTokens: 40, seed: 3 }));
    }));

  it('a slow reader gets all of it, while others are served', () =>
    served({ slots: 2, readAhead: 1 }, async (server) => {
      const slow = await chat(server, bodyOf('slow', 7, { stream: true }));
      const others = await Promise.all([1, 2, 3].map((seed) => chat(server, bodyOf('fast', seed))));
      assert.deepEqual(
        others.map(({ status }) => status),
        [200, 200, 200],
      );
      assert.equal(textIn(await slow.text()), textAlone(model, 'slow', { maxTokens: 40, seed: 7 }));
    }));

  it('an answer that takes too long ends as it is', () =>
    served({ requestSeconds: 0.001 }, async (server) => {
      const { choices } = (await (await chat(server, bodyOf('x', 1, { max_tokens: 100 }))).json()) as {
        choices: [{ finish_reason: string; message: { content: string } }];
      };
      const whole = textAlone(model, 'x', { maxTokens: 100, seed: 1 });
      assert.equal(choices[0].finish_reason, 'length');
      assert.ok(choices[0].message.content.length <= whole.length);
    }));

  it('once it closes, it finishes what has begun and refuses the rest', async () => {
    const server = await startServer([model], { port: 0 });
    const begun = await chat(server, bodyOf('x', 5, { stream: true }));
    const closed = server.close();
    const refused = await chat(server, bodyOf('y', 1)).catch(() => undefined);
    assert.ok(refused === undefined || refused.status === 503);
    assert.equal(textIn(await begun.text()), textAlone(model, 'x', { maxTokens: 40, seed: 5 }));
    await closed;
    await assert.rejects(fetch(`${server.url}/health`));
  });
});

it('workbook serve says where it is, and SIGTERM ends it with status 0 once streams are done', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  context.after(() => rmSync(folder, { recursive: true }));
  await selectBackend({ name: 'wasm' });
  const { params, tokenizer: _ } = tinyModel();
  saveCheckpoint(join(folder, 'run', 'model.safetensors'), { params });
  saveTokenizer(join(folder, 'run', 'tokenizer.json'), byteTokenizer());
  disposeParams(params);
  const env = { ...process.env, WORKBOOK_BACKEND: 'wasm', WORKBOOK_API_KEY: '' };
  const child = spawn(process.execPath, [cli, 'serve', 'run', '--port', '0'], { cwd: folder, env });
  const said = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('/v1')) resolve(text);
    });
  });
  const [, url] = /(http:\S+)\/v1/.exec(await said)!;
  const body = JSON.stringify({ model: 'run', prompt: 'x', max_tokens: 100, stream: true, seed: 1 });
  const post = () => fetch(`${url}/v1/completions`, { method: 'POST', headers: json, body });
  const whole = await (await post()).text();
  const stream = await post();
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const textsIn = (text: string) => [...text.matchAll(/"text":("(?:[^"\\]|\\.)*")/g)].map(([, one]) => one);
  assert.deepEqual(textsIn(await stream.text()), textsIn(whole));
  assert.deepEqual(await exit, [0, null]);
});
