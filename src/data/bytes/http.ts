/**
 * HTTP requests as the readers need them: the bytes exactly as the server stores them, redirects followed, a silent
 * server given up, and what failed tried again, each time later. Node's `fetch` would unpack what a server labels as
 * gzip, and the checksum of a `.gz` file would then never fit.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.js';

/** How a file is asked for. */
export interface RemoteOptions {
  /** Sent to the host of the address, and to no other that it redirects to; default none. */
  readonly headers?: { readonly [name: string]: string };
  /** Ends the work at once. */
  readonly signal?: AbortSignal;
  /** Attempts in a row that bring nothing before it gives up; default 6. */
  readonly attempts?: number;
  /** Before the second attempt, milliseconds, doubled before each further one up to 30 s; default 500. */
  readonly wait?: number;
  /** Silence after which a connection counts as dropped, milliseconds; default 60,000. */
  readonly silence?: number;
}

/** What a server answered; the body is still to be read. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  /** Where the redirects ended. */
  readonly url: string;
  /** Headers of the first answer, also where it was a redirect. */
  readonly firstHeaders: IncomingHttpHeaders;
}

const maxRedirects = 10;

/** Whether a source is an address rather than the name of a file. */
export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source);

/**
 * Asks for a file.
 *
 * @param range The value of a `Range` header, where only a part is wanted.
 * @throws {Error} If no server answers; a status such as 404 is an answer.
 */
export async function httpGet(
  url: string,
  { headers = {}, signal, silence = 60_000 }: RemoteOptions,
  extra: { readonly [name: string]: string } = {},
): Promise<HttpResponse> {
  let [at, firstHeaders] = [url, undefined as IncomingHttpHeaders | undefined];
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const own = new URL(at).origin === new URL(url).origin ? headers : {};
    const sent = { 'Accept-Encoding': 'identity', 'User-Agent': 'llm-workbook', ...own, ...extra };
    const body = await answerOf(at, sent, silence, signal);
    firstHeaders ??= body.headers;
    const { statusCode: status = 0, headers: got } = body;
    if (![301, 302, 303, 307, 308].includes(status) || !got.location)
      return { status, headers: got, body, url: at, firstHeaders };
    body.destroy();
    at = new URL(got.location, at).href;
    if (!isUrl(at)) throw new Error(`it redirects to ${at}, which is no web address`);
  }
  throw new Error(`it redirects more than ${maxRedirects} times`);
}

function answerOf(
  url: string,
  headers: { readonly [name: string]: string },
  silence: number,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const ask = url.toLowerCase().startsWith('https:') ? overHttps : overHttp;
    const request = ask(url, { headers, ...(signal && { signal }) }, resolve);
    request.setTimeout(silence, () => request.destroy(new Error(`it was silent for ${silence / 1000} s`)));
    request.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
    request.end();
  });
}

/** One sentence for a server that did not do as asked. */
export const remoteError = (url: string, error: unknown): Error =>
  new Error(`Cannot read ${url}: ${messageOf(error) || 'the connection failed'}`, { cause: error });

/** A failure that another attempt would only repeat. */
export class FinalError extends Error {}

/** A server that may answer otherwise next time. */
class Refused extends Error {
  constructor(
    message: string,
    /** What it asks to wait, milliseconds. */
    readonly wait: number,
  ) {
    super(message);
  }
}

/** Counts attempts that brought nothing. */
export interface Retries {
  /** After a failed attempt: waits, or throws the failure where it was the last. */
  readonly after: (error: unknown) => Promise<void>;
  /** Something came: the count starts anew. */
  readonly progress: () => void;
}

const longestWait = 30_000;

/** As many attempts as the options grant. */
export function retries({ attempts = 6, wait = 500, signal }: RemoteOptions): Retries {
  let failed = 0;
  return {
    after: async (error) => {
      signal?.throwIfAborted();
      if (error instanceof FinalError || ++failed >= attempts) throw error;
      const asked = error instanceof Refused ? error.wait : 0;
      const pause = Math.min(longestWait, Math.max(asked, wait * 2 ** (failed - 1)));
      try {
        await sleep(pause, undefined, signal ? { signal } : {});
      } finally {
        signal?.throwIfAborted();
      }
    },
    progress: () => {
      failed = 0;
    },
  };
}

/** What a status means that is no success. */
export function refusal({ status, headers }: HttpResponse): Error {
  const sentence = `the server answered ${status}`;
  if (status < 500 && ![408, 425, 429].includes(status)) return new FinalError(sentence);
  const seconds = Number(/^\s*(\d{1,6})\s*$/.exec(headers['retry-after'] ?? '')?.[1] ?? 0);
  return new Refused(sentence, 1000 * seconds);
}
