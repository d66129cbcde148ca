/**
 * The bytes of a file on a server as one stream, however often the connection drops: it asks again for what is missing,
 * with a Range request (RFC 9110), and makes sure that it is still the same file.
 */
import {
  FinalError,
  type HttpResponse,
  httpGet,
  type RemoteOptions,
  refusal,
  remoteError,
  retries,
} from './http.js';

/** By what a file on a server is known again. */
export interface RemoteVersion {
  /** The whole length in bytes; `undefined` where the server does not say. */
  readonly bytes?: number | undefined;
  /** A strong validator, or none. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** The SHA-256 that Hugging Face's hub tells of its large files. */
  readonly sha256?: string | undefined;
}

/** The file on the server is not the one that was begun. */
export class ChangedFile extends FinalError {}

/** Where to begin, and what is known of the file. */
export interface UrlBytesOptions extends RemoteOptions {
  /** The first byte that is wanted; default 0. */
  readonly from?: number;
  /** What the file was when its first part was read. */
  readonly version?: RemoteVersion | undefined;
  /** Hears what the file is, before its first byte. */
  readonly onVersion?: (version: RemoteVersion) => void;
}

/**
 * Reads a file from a server.
 *
 * @throws {ChangedFile} If the file changed since its first part was read.
 * @throws {Error} If the server refuses, or several attempts in a row bring nothing.
 */
export async function* urlBytes(
  url: string,
  { from = 0, version, onVersion, ...options }: UrlBytesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const attempts = retries(options);
  let [at, known] = [from, version];
  for (;;) {
    if (at > 0 && at === known?.bytes) return;
    try {
      const response = await httpGet(url, options, rangeHeaders(at, known));
      try {
        const answer = answered(response, at, known);
        if (!answer) return;
        const { start, found } = answer;
        if (!known) onVersion?.(found);
        known ??= found;
        let toSkip = at - start;
        for await (const chunk of response.body as AsyncIterable<Buffer>) {
          const piece = chunk.subarray(Math.min(toSkip, chunk.length));
          toSkip -= chunk.length - piece.length;
          if (piece.length === 0) continue;
          at += piece.length;
          attempts.progress();
          yield piece;
        }
      } finally {
        response.body.destroy();
      }
      if (known.bytes === undefined || at === known.bytes) return;
      if (at > known.bytes) throw new FinalError(`it is longer than the ${known.bytes} bytes it said`);
      throw new Error(`it ended after ${at} of ${known.bytes} bytes`);
    } catch (error) {
      await attempts.after(error).catch((last: unknown) => {
        throw last instanceof ChangedFile || options.signal?.aborted ? last : remoteError(url, last);
      });
    }
  }
}

const rangeHeaders = (at: number, known: RemoteVersion | undefined): Record<string, string> => {
  if (at === 0) return {};
  const validator = known?.etag ?? known?.lastModified;
  return { Range: `bytes=${at}-`, ...(validator && { 'If-Range': validator }) };
};

/** Where the answer begins in the file, once it is clear that it is the file; nothing where all of it is there. */
function answered(response: HttpResponse, at: number, known: RemoteVersion | undefined) {
  const { status, headers } = response;
  if (status === 416 && headers['content-range'] === `bytes */${at}`) return undefined;
  if (status !== 200 && status !== 206) throw refusal(response);
  const range = status === 206 ? contentRange(headers['content-range']) : undefined;
  if (status === 206 && range?.start !== at)
    throw new Error(`the server sent another part than the one from byte ${at}`);
  const found = versionOf(response, range);
  const changed = known && changeOf(known, found);
  if (changed) throw new ChangedFile(`Cannot go on with ${response.url}: ${changed}`);
  return { start: range?.start ?? 0, found };
}

/** What `Content-Range: bytes 5-9/10` says; `undefined` where it is none. */
export function contentRange(header: string | undefined) {
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), end: Number(end), bytes: total === '*' ? undefined : Number(total) };
}

/** By what the answer's file is known again. */
export function versionOf(
  { headers, firstHeaders }: HttpResponse,
  range: { readonly bytes: number | undefined } | undefined,
): RemoteVersion {
  const length = headers['content-length'];
  const linked = /^"?([0-9a-f]{64})"?$/.exec(String(firstHeaders['x-linked-etag'] ?? ''))?.[1];
  return {
    bytes: range ? range.bytes : length === undefined ? undefined : Number(length),
    etag: headers.etag?.startsWith('"') ? headers.etag : undefined,
    lastModified: headers['last-modified'],
    sha256: linked,
  };
}

/** In what two versions differ, as a sentence. */
function changeOf(before: RemoteVersion, now: RemoteVersion): string | undefined {
  if (before.bytes !== undefined && now.bytes !== undefined && before.bytes !== now.bytes)
    return `it changed on the server from ${before.bytes} to ${now.bytes} bytes`;
  if (before.etag && now.etag) return before.etag === now.etag ? undefined : 'it changed on the server';
  const [then, today] = [before.lastModified, now.lastModified];
  return then && today && then !== today ? 'it changed on the server' : undefined;
}
