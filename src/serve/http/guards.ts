/** Who may ask, and how much. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { ApiError } from './apiErrors.js';

/** Whether an address can be reached from this machine alone. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(host);

/**
 * Refuses requests that name another host. A page of somebody's can let its own name point here; the browser then
 * takes us for that page's server (DNS rebinding), and says so in `Host`.
 */
export const ownHostOnly: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  if (!isLoopback(host.replace(/:\d+$/, '')))
    throw new ApiError(
      403,
      `Cannot answer for host "${host.slice(0, 100)}": expected localhost or 127.0.0.1`,
    );
  await next();
};

/** Refuses requests without the key; how long it takes does not tell how much of a key is right. */
export function keyHolders(apiKey: string): MiddlewareHandler {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const expected = hash(apiKey);
  return async (context, next) => {
    const [, given] = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '') ?? [];
    if (given === undefined || !timingSafeEqual(hash(given), expected))
      throw new ApiError(
        401,
        'Cannot answer: expected the API key of this server as "Authorization: Bearer KEY"',
        {
          code: 'invalid_api_key',
        },
      );
    await next();
  };
}

/** The body as JSON. Other pages cannot make a browser send this content type without asking, which is refused. */
export async function readJson(context: Context, mostBytes: number): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new ApiError(
      415,
      `Cannot read the body: expected content type application/json, got "${type.slice(0, 100)}"`,
    );
  const text = await bodyWithin(context, mostBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Cannot read the body: it is not JSON');
  }
}

async function bodyWithin(context: Context, mostBytes: number): Promise<string> {
  const tooLong = () => new ApiError(413, `Cannot read the body: expected at most ${mostBytes} bytes`);
  const declared = Number(context.req.header('content-length'));
  if (declared > mostBytes) throw tooLong();
  if (declared >= 0) return context.req.text();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const body = context.req.raw.body as AsyncIterable<Uint8Array> | null;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLong();
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
