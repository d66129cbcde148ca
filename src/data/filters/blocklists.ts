/**
 * Lists of addresses that no page should come from. The university of Toulouse collects them (UT1), by topic, as
 * `adult.tar.gz` or all together as `blacklists.tar.gz`; FineWeb takes the topic `adult`. They are too large to carry
 * along: who wants them downloads them and names the file here.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../core/errors.js';
import { tarFiles } from '../bytes/tarFiles.js';

/** What the files `domains` and `urls` of the chosen topics hold; `urlFilter` takes it as it is. */
export interface Blocklists {
  readonly domains: ReadonlySet<string>;
  readonly urls: ReadonlySet<string>;
}

/**
 * Reads UT1's archive: files `TOPIC/domains` and `TOPIC/urls` with one address a line, in a folder or not. A million
 * domains take about a second and 100 MB.
 *
 * @param path A `.tar.gz`, or a `.tar`.
 * @param options.topics Default `['adult']`, FineWeb's.
 * @throws {Error} If the file cannot be read, is no such archive, or holds none of the topics; the message says which.
 *
 * @example
 * await readBlocklists('nowhere.tar.gz').catch((error) => error.message)
 * // "Cannot read blocklists nowhere.tar.gz: ENOENT: no such file or directory, open 'nowhere.tar.gz'"
 */
export async function readBlocklists(
  path: string,
  { topics = ['adult'] }: { readonly topics?: readonly string[] } = {},
): Promise<Blocklists> {
  const lists = { domains: new Set<string>(), urls: new Set<string>() };
  const found = new Set<string>();
  const placeOf = (name: string) => {
    const [kind = '', topic = ''] = name.split('/').reverse();
    return { kind, topic };
  };
  try {
    for await (const { name, content } of tarFiles(bytesOf(path), (name) => {
      const { kind, topic } = placeOf(name);
      return (kind === 'domains' || kind === 'urls') && topics.includes(topic);
    })) {
      const { kind, topic } = placeOf(name);
      found.add(topic);
      for (const line of linesOf(content)) lists[kind as 'domains' | 'urls'].add(line);
    }
  } catch (error) {
    throw new Error(`Cannot read blocklists ${path}: ${messageOf(error)}`, { cause: error });
  }
  const missing = topics.filter((topic) => !found.has(topic));
  if (missing.length > 0)
    throw new Error(`Cannot read blocklists ${path}: no file domains or urls for ${missing.join(', ')}`);
  return lists;
}

async function* bytesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) {
    yield* file;
    return;
  }
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  yield* file.pipe(unpacked);
}

/** One line after the other, so that a long list is never there twice. */
function* linesOf(content: Buffer): Generator<string, void, undefined> {
  for (let from = 0; from < content.length; ) {
    const end = content.indexOf(10, from);
    const to = end < 0 ? content.length : end;
    const line = content.toString('utf8', from, to).trim();
    if (line && !line.startsWith('#')) yield line;
    from = to + 1;
  }
}
