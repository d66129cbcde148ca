import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createRandom } from '../../../src/core/random.js';
import { DamagedBytes, gunzipped } from '../../../src/data/bytes/gzip.js';
import { readDocumentItems, readDocuments } from '../../../src/data/readers/readDocuments.js';
import { all, kindsOf, messagesIn, testFolder } from '../readers/files.js';

const { file } = testFolder('gzip');
const row = '{"text":"The whale."}\n';
const lines = (count: number) => row.repeat(count);

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What came out, and the sentence where it ended in damage. */
async function unpacked(bytes: Uint8Array, size: number): Promise<{ text: string; problem?: string }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of gunzipped(inPieces(bytes, size))) parts.push(part);
    return { text: Buffer.concat(parts).toString() };
  } catch (error) {
    assert.ok(error instanceof DamagedBytes);
    return { text: Buffer.concat(parts).toString(), problem: error.message };
  }
}

/** A member as bgzip writes it: an extra field, and a last one without content. */
function blockGzip(text: string): Buffer {
  const plain = gzipSync(text);
  const extra = Buffer.from([6, 0, 0x42, 0x43, 2, 0, plain.length & 0xff, plain.length >> 8]);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3]! |= 4;
  return Buffer.concat([header, extra, plain.subarray(10)]);
}

/** A header with everything that RFC 1952 allows: extra field, name, comment and checksum. */
function fullHeader(text: string): Buffer {
  const plain = gzipSync(text);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = 0x1e;
  return Buffer.concat([
    header,
    Buffer.from([4, 0, 1, 2, 3, 4]),
    Buffer.from(`${'n'.repeat(700)}\0a comment\0`),
    Buffer.from([0, 0]),
    plain.subarray(10),
  ]);
}

const sizes = [1, 2, 3, 7, 17, 100, 1000, 65_536, 1 << 20];

describe('gunzipped()', () => {
  const members: Readonly<Record<string, Buffer>> = {
    'one member': gzipSync(lines(500)),
    'three members': Buffer.concat([gzipSync(lines(3)), gzipSync(lines(2)), gzipSync(lines(4))]),
    'empty members among others': Buffer.concat([gzipSync(''), gzipSync(lines(2)), gzipSync('')]),
    'blocks as of bgzip': Buffer.concat([blockGzip(lines(40)), blockGzip(lines(50)), blockGzip('')]),
    'a header with all its fields': fullHeader(lines(9)),
  };
  for (const [name, bytes] of Object.entries(members)) {
    it(`unpacks ${name} as Node does, in pieces of every size`, async () => {
      const expected = gunzipSync(name.includes('all its fields') ? gzipSync(lines(9)) : bytes).toString();
      for (const size of sizes) assert.deepEqual(await unpacked(bytes, size), { text: expected });
    });
  }
  it('takes zeros behind a member as padding, whatever their number and the pieces', async () => {
    for (const zeros of [1, 2, 7, 8, 18, 511, 512, 65_535, 65_536, 200_000]) {
      const padding = Buffer.alloc(zeros);
      const bytes = Buffer.concat([gzipSync(lines(3)), padding, gzipSync(lines(2)), padding]);
      for (const size of zeros < 1000 ? sizes : [1000, 65_536, 1 << 20])
        assert.deepEqual(await unpacked(bytes, size), { text: lines(5) }, `${zeros} zeros, ${size} a piece`);
    }
  });
  it('hands out all members before other bytes, and then says what follows', async () => {
    const bytes = Buffer.concat([gzipSync(lines(6)), gzipSync(lines(4)), Buffer.from('junk behind it')]);
    for (const size of sizes)
      assert.deepEqual(await unpacked(bytes, size), {
        text: lines(10),
        problem: 'other bytes follow its compressed ones',
      });
  });
  it('says for every length at which a file is cut that it ends too early', async () => {
    const whole = Buffer.concat([gzipSync(lines(4)), gzipSync(lines(5))]);
    const first = gzipSync(lines(4)).length;
    for (let length = 0; length < whole.length; length++) {
      if (length === first) continue; // the end of the first member
      const { text, problem } = await unpacked(whole.subarray(0, length), 13);
      assert.equal(problem, 'the gzip file ends too early', `${length} bytes`);
      assert.ok(lines(9).startsWith(text) && (length < first || text.length >= lines(4).length));
    }
  });
  it('says that content differs from its checksum or its length', async () => {
    for (const back of [1, 5]) {
      const bytes = Buffer.from(gzipSync(lines(10)));
      bytes[bytes.length - back]! ^= 1;
      assert.match((await unpacked(bytes, 50)).problem!, /damaged \(checksum differs\)/);
    }
  });
  it('gives the same for random files, cuts and pieces as for the file in one piece', async () => {
    const random = createRandom(11);
    for (let nth = 0; nth < 150; nth++) {
      const parts = Array.from({ length: 1 + random.integer(4) }, () =>
        random.integer(4) === 0 ? Buffer.alloc(random.integer(40)) : gzipSync(lines(random.integer(30))),
      );
      const all = Buffer.concat([gzipSync(lines(1)), ...parts]);
      const bytes = all.subarray(0, all.length - random.integer(2) * random.integer(30));
      const once = await unpacked(bytes, bytes.length);
      assert.deepEqual(await unpacked(bytes, 1 + random.integer(60)), once, `file ${nth}`);
    }
  });
});

describe('readDocuments() of a gzip file with other bytes behind it', () => {
  it('ends with status 0 where zeros follow, and not without a word', () => {
    const path = file('pad.jsonl.gz', Buffer.concat([gzipSync(row), Buffer.alloc(1)]));
    const door = JSON.stringify(new URL('../../../src/data/readers/readDocuments.ts', import.meta.url).href);
    const code = `const { readDocuments } = await import(${door});
      for await (const { text } of readDocuments(${JSON.stringify(path)})) process.stdout.write(text);`;
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', code],
      { encoding: 'utf8' },
    );
    assert.deepEqual({ status, stdout }, { status: 0, stdout: 'The whale.' });
  });
  it('reads every row before junk, a last one without a line end too, and reports the junk', async () => {
    for (const [name, text] of [
      ['junk.jsonl.gz', lines(10).trimEnd()],
      ['junk.txt.gz', 'The whale.'],
    ] as const) {
      const path = file(name, Buffer.concat([gzipSync(text), Buffer.from('junk')]));
      const items = await all(readDocumentItems(path));
      assert.equal(kindsOf(items.slice(-2)), 'value problem');
      assert.equal(items.length, name === 'junk.txt.gz' ? 2 : 11);
      assert.match(messagesIn(items).join(), /other bytes follow its compressed ones; nothing can be read/);
      await assert.rejects(all(readDocuments(path)), SyntaxError);
    }
  });
});
