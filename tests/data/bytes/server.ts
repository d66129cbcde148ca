/** A server on loopback that keeps one file and can be told to misbehave. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

/** How it answers; each answer of the list is for one request, the last for all that follow. */
export interface Manners {
  /** Ends the connection after so many bytes of the body. */
  readonly dropAfter?: number;
  /** Is waited for before the connection ends, so that a test can say what has been read by then. */
  readonly beforeDrop?: () => Promise<void>;
  /** Answers with this status alone. */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** Knows no Range requests. */
  readonly noRanges?: boolean;
  /** Says nothing about which version the file is. */
  readonly noValidator?: boolean;
  /** Does not say how long the file is, and ends the body by closing. */
  readonly noLength?: boolean;
  /** Answers any range with this part instead. */
  readonly wrongStart?: number;
  /** Bytes of the body a time, with a pause of a millisecond behind each. */
  readonly slow?: number;
  /** Goes silent after so many bytes of the body. */
  readonly stallAfter?: number;
  /** What the file is from this answer on. */
  readonly content?: Uint8Array;
  /** Sends to another path, or server. */
  readonly redirect?: string;
}

export interface FileServer {
  /** The address of the file. */
  readonly url: string;
  /** What was asked: method, `Range` header, path and authorization. */
  readonly asked: { readonly range?: string; readonly path: string; readonly authorization?: string }[];
  /** Bytes of bodies that were sent. */
  readonly sent: () => number;
}

/** Starts a server that is stopped after the tests. */
export async function fileServer(
  content: Uint8Array,
  manners: readonly Manners[] = [{}],
  name = 'file.bin',
): Promise<FileServer> {
  const asked: FileServer['asked'] = [];
  let [current, sent] = [Buffer.from(content), 0];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    asked.push({ path: request.url ?? '', ...(range && { range }), ...(authorization && { authorization }) });
    const how = manners[Math.min(asked.length, manners.length) - 1] ?? {};
    if (how.content) current = Buffer.from(how.content);
    void answer(request, response, current, how, (bytes) => {
      sent += bytes;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/${name}`, asked, sent: () => sent };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  how: Manners,
  onSent: (bytes: number) => void,
): Promise<void> {
  if (how.redirect) {
    response.writeHead(302, { Location: how.redirect, ...how.headers }).end();
    return;
  }
  if (how.status) {
    response.writeHead(how.status, how.headers ?? {}).end('an error page');
    return;
  }
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const isPart = from !== undefined && !how.noRanges && isSame;
  const start = how.wrongStart ?? (isPart ? Number(from) : 0);
  const end = isPart && to ? Math.min(content.length, Number(to) + 1) : content.length;
  if (isPart && start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(start, end);
  response.setMaxListeners(0);
  response.writeHead(isPart ? 206 : 200, {
    ...(how.noLength ? { Connection: 'close' } : { 'Content-Length': String(body.length) }),
    ...(how.noValidator ? {} : { ETag: etag }),
    ...(isPart && { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` }),
    ...how.headers,
  });
  const stop = Math.min(body.length, how.dropAfter ?? body.length, how.stallAfter ?? body.length);
  const step = how.slow ?? 65_536;
  for (let at = 0; at < stop; at += step) {
    const piece = body.subarray(at, Math.min(stop, at + step));
    onSent(piece.length);
    if (!response.write(piece))
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    if (how.slow) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (stop === body.length) response.end();
  else if (how.stallAfter === undefined) {
    await how.beforeDrop?.();
    response.socket?.end(); // after what was written, however slow the reader is
  }
}
