import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type DownloadOptions, download } from '../../../src/data/bytes/download.js';
import { testFolder } from '../readers/files.js';
import { fileServer } from './server.js';

const { folder } = testFolder('download');
const content = Buffer.from(Array.from({ length: 400_000 }, (_, nth) => (nth * 2654435761) >>> 13));
const other = Buffer.from(content).reverse();
const sha256 = createHash('sha256').update(content).digest('hex');
const quick: DownloadOptions = { wait: 1 };

let nth = 0;
const newPath = () => join(folder, `${nth++}`, 'file.bin');
const around = (path: string) => readdirSync(join(path, '..')).sort();

describe('download()', () => {
  it('leaves the whole file under its name, with its size and checksum, and nothing beside it', async () => {
    const { url } = await fileServer(content);
    const path = newPath();
    const counts: number[] = [];
    const done = await download(url, path, {
      sha256,
      bytes: 400_000,
      onProgress: ({ done }) => counts.push(done),
    });
    assert.deepEqual(done, { path, bytes: 400_000, sha256 });
    assert.ok(readFileSync(path).equals(content));
    assert.deepEqual(around(path), ['file.bin']);
    assert.equal(counts.at(-1), 400_000);
  });
  it('asks for the rest when the connection drops, again and again, and for nothing twice', async () => {
    const path = newPath();
    const isKept = (bytes: number) => async () => {
      const sizes = () => around(path).map((file) => statSync(join(path, '..', file)).size);
      while (!sizes().includes(bytes)) await pause(1);
    };
    const { url, asked, sent } = await fileServer(content, [
      { dropAfter: 100_000, beforeDrop: isKept(100_000) },
      { dropAfter: 0 },
      { status: 503 },
      { dropAfter: 150_000, beforeDrop: isKept(250_000) },
      {},
    ]);
    await download(url, path, { ...quick, sha256 });
    assert.ok(readFileSync(path).equals(content));
    const starts = asked.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    assert.deepEqual(starts, [0, 100_000, 100_000, 100_000, 250_000]);
    assert.equal(sent(), content.length);
  });
  it('reads on from the right byte where the server knows no ranges', async () => {
    const { url, asked } = await fileServer(content, [
      { dropAfter: 100_000, noRanges: true },
      { noRanges: true },
    ]);
    const path = newPath();
    await download(url, path, { ...quick, sha256 });
    assert.equal(asked.length, 2);
    assert.ok(readFileSync(path).equals(content));
  });
  it('begins anew where the file changed in between, and never mixes two versions', async () => {
    for (const noRanges of [false, true]) {
      const { url } = await fileServer(other, [
        { dropAfter: 200_000, noRanges },
        { content, noRanges },
      ]);
      const path = newPath();
      await download(url, path, quick);
      assert.ok(readFileSync(path).equals(content));
    }
  });
  it('takes up what an aborted run left, and tells only the rate of its own', async () => {
    const { url, asked } = await fileServer(content, [{ slow: 1000 }, {}]);
    const path = newPath();
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 50_000 && stop.abort(new Error('enough'));
    await assert.rejects(download(url, path, { signal: stop.signal, onProgress }), /^Error: enough$/);
    assert.deepEqual(around(path), ['file.bin.part', 'file.bin.part.json']);
    let [rate, seconds] = [0, 0];
    await download(url, path, {
      sha256,
      onProgress: (progress) => {
        ({ rate, seconds } = progress);
      },
    });
    assert.ok(readFileSync(path).equals(content));
    const from = Number(/^bytes=(\d{5,})-$/.exec(asked[1]?.range ?? '')?.[1]);
    assert.ok(Math.abs(rate * seconds - (400_000 - from)) < 1);
    assert.deepEqual(around(path), ['file.bin']);
  });
  it('throws away a left-over part that is of another version, another address, or damaged', async () => {
    const { url } = await fileServer(content);
    for (const [part, note] of [
      [other.subarray(0, 300_000), { url, version: { bytes: 400_000, etag: '"old"' } }],
      [other.subarray(0, 300_000), { url: 'http://elsewhere/', version: { etag: '"x"' } }],
      [other, undefined],
      [other, { url, version: null }],
    ] as const) {
      const path = newPath();
      await download(url, path);
      writeFileSync(`${path}.part`, part);
      if (note !== undefined) writeFileSync(`${path}.part.json`, JSON.stringify(note));
      await download(url, path, quick);
      assert.ok(readFileSync(path).equals(content));
      assert.deepEqual(around(path), ['file.bin']);
    }
  });
  it('begins anew once where the left-over part turns out to be wrong', async () => {
    const { url } = await fileServer(content);
    const path = newPath();
    await download(url, path);
    const etag = `"${sha256.slice(0, 16)}"`;
    writeFileSync(`${path}.part`, other.subarray(0, 300_000));
    writeFileSync(`${path}.part.json`, JSON.stringify({ url, version: { bytes: 400_000, etag } }));
    writeFileSync(path, 'an older file');
    await download(url, path, { sha256 });
    assert.ok(readFileSync(path).equals(content));
  });
  it('refuses what is not the file asked for, and leaves the old one', async () => {
    const { url } = await fileServer(other);
    const path = newPath();
    await download(url, path);
    const wrong = createHash('sha256').update(other).digest('hex');
    for (const [options, sentence] of [
      [{ sha256 }, `expected SHA-256 ${sha256}, got ${wrong}`],
      [{ bytes: 400_001 }, 'expected 400001 bytes, the server has 400000'],
    ] as const) {
      await assert.rejects(download(url, path, { ...quick, ...options }), {
        message: `Cannot download ${url}: ${sentence}`,
      });
      assert.ok(readFileSync(path).equals(other));
      assert.deepEqual(
        around(path).filter((name) => name !== 'file.bin' && !name.startsWith('file.bin.part')),
        [],
      );
    }
    await assert.rejects(download(url, path, { sha256: 'abc' }), RangeError);
  });
  it('refuses a body of another length than was asked for where the server says none', async () => {
    const { url } = await fileServer(content, [{ noLength: true }]);
    const path = newPath();
    await download(url, path, { bytes: 400_000 });
    for (const bytes of [399_999, 400_001]) {
      await assert.rejects(
        download(url, newPath(), { ...quick, bytes }),
        /expected \d+ bytes, the server sen/,
      );
    }
  });
  it('keeps a file that is there and is the one, without asking the server', async () => {
    const { url, asked } = await fileServer(content);
    const path = newPath();
    for (let time = 0; time < 3; time++) await download(url, path, { sha256 });
    assert.equal(asked.length, 1);
  });
  it('gives up where the server refuses for good, and after several attempts where it does not', async () => {
    const gone = await fileServer(content, [{ status: 404 }]);
    await assert.rejects(download(gone.url, newPath(), quick), {
      message: `Cannot download ${gone.url}: the server answered 404`,
    });
    assert.equal(gone.asked.length, 1);
    const busy = await fileServer(content, [{ status: 503, headers: { 'Retry-After': '0' } }]);
    await assert.rejects(download(busy.url, newPath(), { ...quick, attempts: 3 }), /the server answered 503/);
    assert.equal(busy.asked.length, 3);
    const liar = await fileServer(content, [{ dropAfter: 100_000 }, { wrongStart: 7 }]);
    await assert.rejects(
      download(liar.url, newPath(), { ...quick, attempts: 3 }),
      /the server sent another part than the one from byte \d+/,
    );
    await assert.rejects(
      download('http://127.0.0.1:1/x', newPath(), { ...quick, attempts: 2 }),
      /ECONNREFUSED/,
    );
  });
  it('counts a silent connection as dropped', async () => {
    const { url, asked } = await fileServer(content, [{ stallAfter: 100_000 }, {}]);
    const path = newPath();
    await download(url, path, { ...quick, sha256, silence: 100 });
    assert.equal(asked.length, 2);
  });
  it('follows redirects, and tells a token to the hub alone', async () => {
    const store = await fileServer(content);
    const linked = { 'X-Linked-Etag': `"${sha256}"`, 'X-Linked-Size': '400000' };
    const hub = await fileServer(content, [{ redirect: store.url, headers: linked }]);
    const endpoint = new URL(hub.url).origin;
    const path = newPath();
    await download('hf://datasets/OWNER/NAME@v1.0/data/a b.bin', path, { endpoint, token: 'secret' });
    assert.ok(readFileSync(path).equals(content));
    assert.deepEqual(hub.asked, [
      { path: '/datasets/OWNER/NAME/resolve/v1.0/data/a%20b.bin', authorization: 'Bearer secret' },
    ]);
    assert.equal(store.asked[0]?.authorization, undefined);
    const loop = await fileServer(content, [{ redirect: '/again' }]);
    await assert.rejects(
      download(loop.url, newPath(), { ...quick, attempts: 2 }),
      /redirects more than 10 times/,
    );
  });
  it('checks the checksum that the hub tells', async () => {
    const store = await fileServer(other);
    const hub = await fileServer(content, [
      { redirect: store.url, headers: { 'X-Linked-Etag': `"${sha256}"` } },
    ]);
    const path = newPath();
    await assert.rejects(download(hub.url, path, quick), /expected SHA-256/);
    assert.ok(!existsSync(path));
  });
  it('stores a gzipped file as it is, also where the server labels it as packed', async () => {
    const { url } = await fileServer(content, [{ headers: { 'Content-Encoding': 'gzip' } }]);
    const path = newPath();
    await download(url, path, { sha256 });
    assert.ok(readFileSync(path).equals(content));
  });
});

/** A download in a process of its own, `shell` around it. */
function inProcess(url: string, path: string, shell = '') {
  const code = `import(${JSON.stringify(new URL('../../../src/data/bytes/download.ts', import.meta.url).href)})
    .then(({ download }) => download(${JSON.stringify(url)}, ${JSON.stringify(path)}, { wait: 1 }))
    .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });`;
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const child = spawn('sh', ['-c', `${shell} exec "$0" --import tsx -e "$1"`, process.execPath, code], {
    cwd: root,
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<{ status: number | null; errors: string }>((resolve) =>
    child.once('close', (status) => resolve({ status, errors })),
  );
  return { child, ended };
}

describe('download() among processes', () => {
  it('takes up what a killed process left', async () => {
    const { url, asked } = await fileServer(content, [{ slow: 2000 }, {}]);
    const path = newPath();
    const { child, ended } = inProcess(url, path);
    while (!existsSync(join(path, '..')) || !around(path).some((name) => name.endsWith('.json')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 30));
    child.kill('SIGKILL');
    await ended;
    assert.ok(!existsSync(path));
    await download(url, path, { sha256 });
    assert.match(asked[1]?.range ?? 'none', /^bytes=\d+-$/);
    assert.deepEqual(around(path), ['file.bin']);
  });
  it('gives both of two processes at once the whole file', async () => {
    const { url } = await fileServer(content, [{ slow: 20_000 }]);
    const path = newPath();
    const both = [inProcess(url, path), inProcess(url, path)];
    for (const { ended } of both) assert.deepEqual(await ended, { status: 0, errors: '' });
    assert.ok(readFileSync(path).equals(content));
    assert.deepEqual(around(path), ['file.bin']);
  });
  it('says that there is no room, keeps what came, and finishes when there is', async () => {
    const { url } = await fileServer(content);
    const path = newPath();
    const { status, errors } = await inProcess(url, path, 'ulimit -f 200;').ended;
    assert.deepEqual(
      { status, errors: errors.trim() },
      { status: 1, errors: `Cannot download ${url}: there is no room for ${path}` },
    );
    assert.ok(!existsSync(path));
    await download(url, path, { sha256 });
    assert.deepEqual(around(path), ['file.bin']);
  });
});
