/** A client that streams, leaves early, reads slowly or sends nonsense, on bare HTTP so that it costs little itself. */
import { Agent, request } from 'node:http';
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
