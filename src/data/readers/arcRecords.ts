/**
 * Cuts an ARC file into its records: the format of web archives before WARC, in which Common Crawl kept its crawls until
 * 2012 (Burner and Kahle 1996, versions 1 and 2). A record is a line, with the address first and the length last, and what
 * the server answered; records are gzipped one by one, or not at all.
 */
import { storedBytes } from '../bytes/byteSource.js';
import { type ByteWindow, byteWindow } from '../bytes/byteWindow.js';
import { readMember, seekMember, skipPadding } from '../bytes/gzip.js';
import { fileName } from '../bytes/hub.js';
import type { ReaderOptions } from './items.js';
import type { Frame } from './warcRecords.js';

const longestLine = 1 << 16;

/**
 * Reads the records of an archive as a stream; their headers are those that a WARC would have.
 *
 * @param options.maxBytes Largest record; a larger one is a problem. Default 32 MiB.
 * @throws {Error} If the file cannot be opened, or the server not be read.
 * @throws {SyntaxError} If it does not begin as an ARC file does.
 */
export async function* arcRecords(
  path: string,
  { maxBytes = 2 ** 25, ...options }: ReaderOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  const window = byteWindow(storedBytes(path, options));
  const isNone = () =>
    new SyntaxError(`Cannot read ${path}: expected an .arc or .arc.gz file, got no ARC record in it`);
  let isFirst = true;
  try {
    const frames = (await isZipped(window, path)) ? zipped(window, maxBytes) : plain(window, maxBytes);
    for await (const frame of frames) {
      if (isFirst && 'problem' in frame) throw isNone();
      isFirst = false;
      yield frame;
    }
    if (isFirst) throw isNone();
  } finally {
    await window.close();
  }
}

const isZipped = async (window: ByteWindow, path: string): Promise<boolean> =>
  ((await window.has(1)) && window.view()[0] === 0x1f) || fileName(path).endsWith('.gz');

async function* zipped(window: ByteWindow, maxBytes: number): AsyncGenerator<Frame, void, undefined> {
  while (await skipPadding(window)) {
    const member = await readMember(window, maxBytes);
    if ('bytes' in member) yield* plain(byteWindow([member.bytes]), maxBytes);
    else {
      yield member;
      if (!(await seekMember(window, ''))) return;
    }
  }
}

async function* plain(window: ByteWindow, maxBytes: number): AsyncGenerator<Frame, void, undefined> {
  for (let isLost = false; ; ) {
    const line = await takeLine(window);
    if (line === undefined) return;
    if (line === '') continue;
    const record = recordIn(line);
    if (!record) {
      if (!isLost) yield { problem: 'its header is damaged' };
      isLost = true; // until a line begins a record
      continue;
    }
    isLost = false;
    if (record.length > maxBytes) {
      yield { problem: `it is larger than ${maxBytes} bytes` };
      if (!(await window.pass(record.length))) return;
    } else if (await window.has(record.length)) {
      const block = Buffer.from(window.take(record.length));
      yield { header: headerOf(record, block), block };
    } else {
      yield { problem: 'the file ends in the middle of it' };
      return;
    }
  }
}

/** The next line, without its end; cut where it is endless. `undefined` at the end of the file. */
async function takeLine(window: ByteWindow): Promise<string | undefined> {
  for (;;) {
    const end = window.view().indexOf(10);
    if (end >= 0)
      return window
        .take(end + 1)
        .toString('utf8')
        .trim();
    if (window.view().length > longestLine) return window.take(longestLine).toString('utf8');
    if (await window.more()) continue;
    return window.view().length === 0 ? undefined : window.take(window.view().length).toString('utf8').trim();
  }
}

interface ArcRecord {
  readonly url: string;
  readonly date: string;
  readonly length: number;
}

/** Address, IP address, date, kind, and in version 2 five fields more; at last the length. */
function recordIn(line: string): ArcRecord | undefined {
  const found = /^([a-z][a-z0-9+.-]*:.*?) \S+ (\d{8,14}) \S+(?: .*)? (\d{1,15})$/i.exec(line);
  return found ? { url: found[1]!, date: found[2]!, length: Number(found[3]) } : undefined;
}

function headerOf({ url, date }: ArcRecord, block: Buffer): string {
  const isAnswer = block.toString('latin1', 0, 5) === 'HTTP/';
  const type = isAnswer ? 'response' : /^[a-z]+/i.exec(url)![0];
  const [year, month, day, hour = '00', minute = '00', second = '00'] = [
    date.slice(0, 4),
    ...(date.slice(4).match(/\d\d/g) ?? []),
  ];
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return `WARC-Type: ${type}\r\nWARC-Target-URI: ${url}\r\nWARC-Date: ${time}\r\n`;
}
