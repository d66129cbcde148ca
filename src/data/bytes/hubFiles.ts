/** Which files a repository on Hugging Face's hub has, as its interface for programs says. */
import { messageOf } from '../../core/errors.js';
import { FinalError, httpGet, refusal, remoteError, retries } from './http.js';
import { type HubOptions, hubRequest } from './hub.js';

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** Of large files, which the hub keeps by their checksum. */
  readonly sha256?: string;
}

const mostBytes = 2 ** 24; // of an answer

/**
 * Asks for the files of a model's repository.
 *
 * @param repository `OWNER/NAME`.
 * @throws {Error} If the hub does not answer, or there is no such repository.
 */
export async function hubFiles(
  repository: string,
  revision: string,
  hub: HubOptions = {},
): Promise<HubFile[]> {
  const path = `api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const { url, options } = hubRequest(path, hub);
  const attempts = retries(options);
  for (;;) {
    try {
      const response = await httpGet(url, options);
      try {
        if (response.status !== 200) throw refusal(response);
        return parsed(await textOf(response.body));
      } finally {
        response.body.destroy();
      }
    } catch (error) {
      await attempts.after(error).catch((last: unknown) => {
        throw options.signal?.aborted ? last : remoteError(url, last);
      });
    }
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostBytes) throw new FinalError(`its list of files is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Entry {
  readonly type?: unknown;
  readonly path?: unknown;
  readonly size?: unknown;
  readonly lfs?: { readonly oid?: unknown } | null;
}

function parsed(text: string): HubFile[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new FinalError(`its list of files is not JSON (${messageOf(error)})`);
  }
  if (!Array.isArray(list)) throw new FinalError('its list of files is no list');
  return (list as readonly (Entry | null)[]).flatMap((entry) => {
    const { type, path, size, lfs } = entry ?? {};
    if (type !== 'file' || typeof path !== 'string' || !isPlain(path)) return [];
    if (!Number.isSafeInteger(size)) throw new FinalError(`it does not say how long ${path} is`);
    const sha256 = typeof lfs?.oid === 'string' && /^[0-9a-f]{64}$/.test(lfs.oid) ? lfs.oid : undefined;
    return [{ path, bytes: size as number, ...(sha256 !== undefined && { sha256 }) }];
  });
}

/** Whether a path stays below the folder that it is put into. */
const isPlain = (path: string): boolean =>
  path.split('/').every((part) => /^[\w.+ -]+$/.test(part) && !/^\.+$/.test(part));
