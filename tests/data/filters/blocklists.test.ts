import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tarFiles } from '../../../src/data/bytes/tarFiles.js';
import { readBlocklists } from '../../../src/data/filters/blocklists.js';
import { urlFilter } from '../../../src/data/filters/urlFilter.js';
import { inventedUrlWords } from '../../../src/data/samples/labelledCrawl.js';

const folder = mkdtempSync(join(tmpdir(), 'blocklists-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file's header and content as POSIX describes them, so that the test needs no program. */
function tarEntry(
  name: string,
  content: string,
  { type = '0', size = Buffer.byteLength(content) } = {},
): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
const end = Buffer.alloc(1024);
const archive = Buffer.concat([
  tarEntry('blacklists/', '', { type: '5' }),
  tarEntry('blacklists/adult/domains', '# comment\nbad.example\r\nads.good.example\n\nworse.co.uk'),
  tarEntry('blacklists/adult/urls', 'good.example/~bad/page\n'),
  tarEntry('blacklists/adult/usage', 'black'),
  tarEntry('blacklists/gambling/domains', 'luck.example\n'),
  tarEntry('blacklists/games/domains', `${'x'.repeat(3000)}.example\n`),
  end,
]);
const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
};
async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function read(bytes: Uint8Array, size = 1 << 16): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for await (const { name, content } of tarFiles(inPieces(bytes, size), () => true))
    files.push([name, content.toString()]);
  return files;
}

describe('readBlocklists()', () => {
  it('takes the adult lists out of an archive of the form of UT1, gzipped or not', async () => {
    for (const path of [write('a.tar.gz', gzipSync(archive)), write('a.tar', archive)]) {
      const { domains, urls } = await readBlocklists(path);
      assert.deepEqual([...domains], ['bad.example', 'ads.good.example', 'worse.co.uk']);
      assert.deepEqual([...urls], ['good.example/~bad/page']);
    }
  });
  it('takes other topics where asked, together', async () => {
    const path = write('b.tar.gz', gzipSync(archive));
    const { domains } = await readBlocklists(path, { topics: ['adult', 'gambling'] });
    assert.equal(domains.size, 4);
    await assert.rejects(readBlocklists(path, { topics: ['adult', 'astrology'] }), {
      message: `Cannot read blocklists ${path}: no file domains or urls for astrology`,
    });
  });
  it('reads what the program tar writes, in each of its formats', async () => {
    const long = `${'a-very-long-folder-name/'.repeat(8)}adult/domains`;
    write(join('in', long), Buffer.from('deep.example\n'));
    write('in/adult/urls', Buffer.from('a.example/b\n'));
    for (const format of ['gnu', 'ustar', 'pax']) {
      const path = join(folder, `${format}.tar.gz`);
      assert.equal(
        spawnSync('tar', [`--format=${format}`, '-czf', path, '-C', join(folder, 'in'), '.']).status,
        0,
      );
      const { domains, urls } = await readBlocklists(path);
      assert.deepEqual([[...domains], [...urls]], [['deep.example'], ['a.example/b']], format);
    }
  });
  it('gives one sentence for what is no archive, damaged, or cut off', async () => {
    for (const [name, bytes] of [
      ['text.tar', Buffer.from('no archive at all, and longer than nothing'.repeat(40))],
      ['short.tar', archive.subarray(0, 1100)],
      ['broken.tar.gz', gzipSync(archive).subarray(0, 100)],
      ['no.tar.gz', Buffer.from('plain text')],
      ['flipped.tar', Buffer.from(archive).fill(55, 0, 4)],
    ] as const) {
      const path = write(name, bytes);
      await assert.rejects(readBlocklists(path), (error: Error) => {
        assert.ok(error.message.startsWith(`Cannot read blocklists ${path}: `), error.message);
        return true;
      });
    }
  });
  it('feeds the filter of addresses as it is', async () => {
    const filter = urlFilter({ ...(await readBlocklists(write('c.tar', archive))), ...inventedUrlWords });
    const reason = (url: string) => {
      const verdict = filter.judge({ id: url, url, text: '', metadata: {} });
      return verdict.keep ? 'keep' : verdict.reason;
    };
    assert.deepEqual(
      [
        'https://www.worse.co.uk/',
        'https://ads.good.example/',
        'https://good.example/~bad/page',
        'https://good.example/casino/7',
        'https://good.example/hot-girls',
        'https://good.example/hot-soup',
        'https://good.example/free/cas-ino',
        'https://good.example/FREE-cas_ino',
      ].map(reason),
      [
        'blocked domain',
        'blocked subdomain',
        'blocked address',
        'banned word in address',
        'banned words in address',
        'keep',
        'banned piece in address',
        'banned piece in address',
      ],
    );
  });
});

describe('tarFiles()', () => {
  it('reads the same however the bytes arrive', async () => {
    const files = await read(archive);
    assert.equal(files.length, 5);
    for (const size of [1, 7, 511, 513]) assert.deepEqual(await read(archive, size), files);
  });
  it('ends where the archive ends, whatever lies behind', async () => {
    assert.deepEqual(await read(Buffer.concat([tarEntry('a', 'b'), end, Buffer.from('rubbish')])), [
      ['a', 'b'],
    ]);
    assert.deepEqual(await read(tarEntry('a', 'b')), [['a', 'b']]);
    assert.deepEqual(await read(Buffer.alloc(0)), []);
  });
  it('refuses a name or a file that says it is huge, before it holds a megabyte of it', async () => {
    for (const [type, message] of [
      ['L', 'expected at most 1048576 bytes in a name, got 8589934591'],
      ['x', 'expected at most 1048576 bytes in a name, got 8589934591'],
      ['0', 'expected at most 1073741824 bytes in a, got 8589934591'],
    ] as const) {
      let fed = 0;
      async function* endless() {
        yield tarEntry('a', '', { type, size: 8 ** 11 - 1 });
        for (; fed < 2 ** 24; fed += 2 ** 16) yield Buffer.alloc(2 ** 16);
      }
      await assert.rejects(
        async () => {
          for await (const _ of tarFiles(endless(), () => true));
        },
        { name: 'SyntaxError', message },
      );
      assert.ok(fed < 2 ** 20, `${fed} bytes`);
    }
  });
  it('says within which file an archive ends', async () => {
    await assert.rejects(read(tarEntry('a', 'x'.repeat(600)).subarray(0, 1000)), {
      message: 'it ends in the middle of a',
    });
  });
});
