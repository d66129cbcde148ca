/**
 * One HTTP request as these loaders need it: the bytes exactly as the server stores them, redirects followed, and a
 * server that says nothing given up. Node's `fetch` would unpack what a server labels as gzip, and a checksum of a
 * `.gz` file would then never fit.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
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
