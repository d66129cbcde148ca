/** Which files a crawl of Common Crawl consists of. They are read from its server one by one, without being stored. */
import { contentBytes } from '../bytes/byteSource.js';
import type { HubOptions } from '../bytes/hub.js';
import { linesOf } from '../bytes/lines.js';

/** Which files, and how the server is asked. */
export interface CommonCrawlOptions {
  /** `warc`, what servers answered; or `wet`, text alone. Default `warc`. */
  readonly kind?: 'warc' | 'wet';
  /** Default `https://data.commoncrawl.org`. */
  readonly server?: string;
  readonly remote?: HubOptions;
}

/**
 * Lists the addresses of a crawl's files, in the crawl's order; there are tens of thousands of about a gigabyte each.
 *
 * @param crawl Such as `CC-MAIN-2024-10`.
 * @throws {RangeError} If `crawl` is no name of a crawl.
 * @throws {Error} If the server does not have it.
 *
 * @example
 * const { createServer } = await import('node:http');
 * const { gzipSync } = await import('node:zlib');
 * const list = gzipSync('crawl-data/CC-MAIN-2024-10/a.warc.gz\n');
 * const http = createServer((_, answer) => answer.end(list)).listen(0, '127.0.0.1');
 * await new Promise((resolve) => http.once('listening', resolve));
 * const server = `http://127.0.0.1:${http.address().port}`;
 * const addresses = [];
 * for await (const address of commonCrawlFiles('CC-MAIN-2024-10', { server })) addresses.push(address);
 * addresses.map((address) => address.replace(server, '')) // ['/crawl-data/CC-MAIN-2024-10/a.warc.gz']
 * http.close();
 */
export async function* commonCrawlFiles(
  crawl: string,
  { kind = 'warc', server = 'https://data.commoncrawl.org', remote }: CommonCrawlOptions = {},
): AsyncGenerator<string, void, undefined> {
  if (!/^CC-MAIN-\d{4}(-\d{2,4})+$/.test(crawl))
    throw new RangeError(`Cannot list crawl "${crawl}": expected a name such as CC-MAIN-2024-10`);
  const list = `${server}/crawl-data/${crawl}/${kind}.paths.gz`;
  let line = 0;
  for await (const found of linesOf(contentBytes(list, { remote }), 4096)) {
    line++;
    const path = found?.text.trim();
    if (path === '') continue;
    if (!path?.startsWith('crawl-data/'))
      throw new SyntaxError(`Cannot read ${list}, line ${line}: expected a path below crawl-data/`);
    yield `${server}/${path}`;
  }
}
