/** Parts of a file on a server, each fetched when it is asked for; what parquet needs. */
import {
  FinalError,
  type HttpResponse,
  httpGet,
  type RemoteOptions,
  refusal,
  remoteError,
  retries,
} from './http.js';
import { contentRange, type RemoteVersion, versionOf } from './urlBytes.js';

/** A file of which any part can be had. */
export interface PartialFile {
  readonly byteLength: number;
  /** The bytes from `start` to before `end`. */
  readonly slice: (start: number, end?: number) => Promise<ArrayBuffer>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a file on a server that answers Range requests. Redirects are remembered, so that a hub is asked once and the
 * store behind it for each part.
 *
 * @throws {Error} If the server refuses, does not know Range requests, or the file changes while it is read.
 */
export async function urlFile(url: string, options: RemoteOptions): Promise<PartialFile> {
  let at = url;
  let known: RemoteVersion | undefined;
  const fetchRange = async (start: number, end: number): Promise<Buffer> => {
    const isFirst = at === url;
    const range = { Range: `bytes=${start}-${end - 1}` };
    const response = await httpGet(at, isFirst ? options : { ...options, headers: {} }, range);
    try {
      // An address that was redirected to runs out with a refusal; the first one is asked again then.
      if (!isFirst && response.status !== 206) throw new Error(`the server answered ${response.status}`);
      const found = checkedVersion(response, start);
      known ??= found;
      if (found.bytes !== known.bytes || found.etag !== known.etag)
        throw new FinalError('it changed while it was read');
      const parts: Buffer[] = [];
      for await (const chunk of response.body as AsyncIterable<Buffer>) parts.push(chunk);
      at = response.url;
      return Buffer.concat(parts);
    } catch (error) {
      at = url;
      throw error;
    } finally {
      response.body.destroy();
    }
  };
  const part = async (start: number, end: number): Promise<ArrayBuffer> => {
    const attempts = retries(options);
    for (;;) {
      try {
        const bytes = await fetchRange(start, end);
        const wanted = Math.min(end, known?.bytes ?? end) - start;
        if (bytes.length !== wanted) throw new Error(`it sent ${bytes.length} of ${wanted} bytes`);
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
      } catch (error) {
        await attempts.after(error).catch((last: unknown) => {
          throw options.signal?.aborted ? last : remoteError(url, last);
        });
      }
    }
  };
  await part(0, 1);
  const byteLength = known?.bytes ?? 0;
  return { byteLength, slice: (start, end = byteLength) => part(start, end), close: async () => {} };
}

function checkedVersion(response: HttpResponse, start: number): RemoteVersion {
  if (response.status === 200)
    throw new FinalError('the server does not answer Range requests; download the file first');
  if (response.status !== 206) throw refusal(response);
  const range = contentRange(response.headers['content-range']);
  if (range?.start !== start) throw new Error(`the server sent another part than the one from byte ${start}`);
  if (range.bytes === undefined) throw new FinalError('the server does not say how long the file is');
  return versionOf(response, range);
}
