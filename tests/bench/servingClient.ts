/**
 * Clients on bare HTTP, so that they cost little themselves: one that reads what it gets, leaves early or reads slowly,
 * and one that counts alone.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** How a client behaves. */
export interface ClientOptions {
  /** Leaves after so many tokens. */
  readonly leavesAfter?: number;
  /** Milliseconds that it waits before it reads on. */
  readonly pauses?: number;
}

/** What a client has got. */
export interface Streamed {
  readonly status: number;
  readonly text: string;
  readonly tokens: number;
  /** Milliseconds from the request to the first token, and to the end. */
  readonly first: number;
  readonly all: number;
}

/** Asks for a streamed completion. */
export async function streamed(url: string, body: string, options: ClientOptions = {}): Promise<Streamed> {
  const start = performance.now();
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request(`${url}/v1/completions`, { method: 'POST', agent, headers }, resolve)
      .on('error', reject)
      .end(body);
  });
  let [waiting, text, tokens, first] = ['', '', 0, 0];
  response.setEncoding('utf8');
  for await (const data of response) {
    const lines = (waiting + data).split('\n\n');
    waiting = lines.pop()!;
    for (const line of lines) {
      if (line === 'data: [DONE]') continue;
      const [choice] = JSON.parse(line.slice(6)).choices;
      text += choice.text;
      if (choice.finish_reason !== null) continue;
      if (tokens++ === 0) first = performance.now() - start;
    }
    if (options.leavesAfter !== undefined && tokens >= options.leavesAfter) {
      response.destroy();
      break;
    }
    if (options.pauses) await pause(options.pauses);
  }
  return { status: response.statusCode!, text, tokens, first, all: performance.now() - start };
}

/** A connection on which tokens are counted. */
export interface CountingClient {
  /** Asks for a streamed completion; milliseconds from the request to the first token. */
  readonly stream: (body: string) => Promise<{ readonly tokens: number; readonly first: number }>;
  readonly close: () => void;
}

/** Connects a client that looks for the beginnings of events and the end of the answer, and parses nothing. */
export async function connectCounting(url: string): Promise<CountingClient> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay().setEncoding('latin1');
  await once(socket, 'connect');
  const stream = (body: string) =>
    new Promise<{ tokens: number; first: number }>((resolve, reject) => {
      const start = performance.now();
      let [events, first, end] = [0, 0, '']; // the end of what has come, shorter than what is looked for
      const onData = (data: string) => {
        if (end === '' && !data.startsWith('HTTP/1.1 200'))
          return reject(new Error(`The server said ${data}`));
        const text = end + data;
        for (let at = text.indexOf('data: '); at >= 0; at = text.indexOf('data: ', at + 6)) events++;
        if (events > 0 && first === 0) first = performance.now() - start;
        end = text.slice(-5);
        if (end !== '0\r\n\r\n') return;
        socket.off('data', onData).off('close', onClose);
        resolve({ tokens: events - 2, first }); // less the reason for the end, and [DONE]
      };
      const onClose = () => reject(new Error('The server has closed a connection'));
      socket.on('data', onData).on('close', onClose);
      const head = `POST /v1/completions HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
      socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  return { stream, close: () => void socket.destroy() };
}
