/** Addresses of files on Hugging Face's hub, written as its own tools write them. */
import { isUrl, type RemoteOptions } from './http.js';

/** Where files are and how they are asked for. */
export interface HubOptions extends RemoteOptions {
  /** Default `HF_ENDPOINT` of the environment, or `https://huggingface.co`. */
  readonly endpoint?: string;
  /** For data sets behind a login; default `HF_TOKEN` of the environment, or none. Goes to the endpoint alone. */
  readonly token?: string;
}

const pattern =
  /^hf:\/\/(datasets\/|spaces\/)?([\w.-]+\/[\w.-]+)(?:@(refs\/(?:convert|pr)\/[\w.-]+|[^/@]+))?\/(.+)$/;

/**
 * The address of a file on the hub.
 *
 * @param source `hf://datasets/OWNER/NAME/PATH`, or `OWNER/NAME@REVISION`; without `datasets/` it is a model's file.
 *   A web address comes back as it is.
 * @throws {RangeError} If it is neither.
 *
 * @example
 * hubUrl('hf://datasets/HuggingFaceFW/fineweb/sample/10BT/000_00000.parquet', { endpoint: 'https://huggingface.co' })
 * // 'https://huggingface.co/datasets/HuggingFaceFW/fineweb/resolve/main/sample/10BT/000_00000.parquet'
 */
export function hubUrl(source: string, { endpoint = defaultEndpoint() }: HubOptions = {}): string {
  if (isUrl(source)) return source;
  const [, kind = '', name, revision = 'main', path] = pattern.exec(source) ?? [];
  if (!name || !path) {
    throw new RangeError(
      `Cannot read ${source}: expected a web address or hf://datasets/OWNER/NAME/PATH, with @REVISION behind NAME if needed`,
    );
  }
  const file = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint.replace(/\/$/, '')}/${kind}${name}/resolve/${encodeURIComponent(decodeURIComponent(revision))}/${file}`;
}

/** Whether a source lies on a server. */
export const isRemote = (source: string): boolean => isUrl(source) || source.startsWith('hf://');

/** The address, and the options with the token in its header where it is the hub that is asked. */
export function remoteSource(
  source: string,
  options: HubOptions = {},
): { readonly url: string; readonly options: RemoteOptions } {
  const { endpoint = defaultEndpoint() } = options;
  return withToken(hubUrl(source, { endpoint }), { ...options, endpoint });
}

/** The address of something else than a file on the hub, by its path there, and the options to ask for it. */
export function hubRequest(
  path: string,
  options: HubOptions,
): { readonly url: string; readonly options: RemoteOptions } {
  const { endpoint = defaultEndpoint() } = options;
  return withToken(`${endpoint.replace(/\/$/, '')}/${path}`, { ...options, endpoint });
}

function withToken(
  url: string,
  { endpoint, token = process.env.HF_TOKEN, ...rest }: HubOptions & { readonly endpoint: string },
): { readonly url: string; readonly options: RemoteOptions } {
  if (!token || new URL(url).origin !== new URL(endpoint).origin) return { url, options: rest };
  return { url, options: { ...rest, headers: { Authorization: `Bearer ${token}`, ...rest.headers } } };
}

/** The name of the file that a source ends in. */
export function fileName(source: string): string {
  const path = isUrl(source) ? new URL(source).pathname : source;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return isRemote(source) ? decoded(name) : name;
}

const defaultEndpoint = (): string => process.env.HF_ENDPOINT || 'https://huggingface.co';

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
