import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { linesOf } from '../../../src/data/bytes/lines.js';
import { readDocumentItems, readDocuments } from '../../../src/data/readers/readDocuments.js';
import { readJsonlItems } from '../../../src/data/readers/readJsonl.js';
import { openJsonl, writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { all, kindsOf, messagesIn, testFolder, valuesIn } from './files.js';

const { folder, file } = testFolder('jsonl');

const documents = Array.from({ length: 500 }, (_, nth) => ({
  id: `d${nth}`,
  text: `line one of ${nth}\nand "two" \u2028 é 🐳 ${'x'.repeat(nth * 7)}`,
  url: `https://a.example/${nth}`,
  metadata: { year: nth, language: 'en', ok: nth % 2 === 0 },
}));

describe('linesOf()', () => {
  it('finds the same lines whatever the pieces the bytes come in', async () => {
    const text = Buffer.from('\uFEFFone é\n\n🐳🐳\r\nlast');
    for (let size = 1; size <= text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, nth) =>
        text.subarray(nth * size, (nth + 1) * size),
      );
      const lines = await all(linesOf(asStream(pieces), 100));
      assert.deepEqual(
        lines.map((line) => line?.text),
        ['one é', '', '🐳🐳\r', 'last'],
      );
    }
  });
  it('does not hold a line that is too long, and goes on behind it', async () => {
    const pieces = ['short\n', 'x'.repeat(60), 'x'.repeat(60), '\nnext'].map((text) => Buffer.from(text));
    const lines = await all(linesOf(asStream(pieces), 100));
    assert.deepEqual(
      lines.map((line) => line?.text),
      ['short', undefined, 'next'],
    );
  });
});

describe('writeJsonl() and readDocumentItems()', () => {
  for (const name of ['plain.jsonl', 'packed.jsonl.gz']) {
    it(`give back the documents written to ${name}, with the size and checksum of the file`, async () => {
      const path = join(folder, name);
      const written = await writeJsonl(path, documents);
      assert.deepEqual(valuesIn(await all(readDocumentItems(path))), documents);
      const bytes = readFileSync(path);
      assert.deepEqual(written, {
        path,
        rows: 500,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      await writeJsonl(path, documents);
      assert.ok(bytes.equals(readFileSync(path)), 'the same documents give the same bytes');
    });
  }
  it('writes what any gunzip and JSON parser reads, more than one gzip member included', async () => {
    const path = join(folder, 'members.jsonl.gz');
    const rows = Array.from({ length: 40 }, (_, nth) => ({ nth, text: 'y'.repeat(90_000) }));
    await writeJsonl(path, rows);
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      rows,
    );
  });
  it('writes no rows as a file without lines', async () => {
    for (const name of ['none.jsonl', 'none.jsonl.gz']) {
      const path = join(folder, name);
      await writeJsonl(path, []);
      assert.deepEqual(await all(readJsonlItems(path)), []);
    }
  });
  it('leaves nothing behind where the rows end in an error, and keeps the file of before', async () => {
    const path = file('kept.jsonl', '{"old":true}\n');
    async function* failing() {
      yield* documents;
      throw new Error('the source broke');
    }
    await assert.rejects(writeJsonl(path, failing()), /the source broke/);
    assert.equal(readFileSync(path, 'utf8'), '{"old":true}\n');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    );
  });
  it('shows no file under its name before it is closed', async () => {
    const path = join(folder, 'later.jsonl');
    const writer = await openJsonl(path);
    for (const row of documents) await writer.write(row);
    assert.ok(!readdirSync(folder).includes('later.jsonl'));
    await writer.close();
    assert.ok(readdirSync(folder).includes('later.jsonl'));
  });
});

describe('readJsonl()', () => {
  it('names each damaged line and reads those after it', async () => {
    const path = file('bad.jsonl', '{"text":"a"}\n{"text":\n[1]\n\n"word"\n{"text":5}\n{"text":"b"}\r\n');
    const items = await all(readDocumentItems(path));
    assert.equal(kindsOf(items), 'value problem problem problem problem value');
    assert.deepEqual(
      items.map(({ record }) => record),
      [1, 2, 3, 5, 6, 7],
    );
    assert.match(messagesIn(items)[0]!, /bad\.jsonl, line 2: it is not JSON \(/);
    assert.deepEqual(messagesIn(items).slice(1), [
      `${path}, line 3: expected a JSON object, got a list of 1`,
      `${path}, line 5: expected a JSON object, got "word"`,
      `${path}, line 6: expected a text as "text", got 5 in {"text":5}`,
    ]);
  });
  it('reads what datatrove writes: fields beside the text join the metadata', async () => {
    const path = file(
      'trove.jsonl',
      '{"text":"t","id":"<urn:1>","metadata":{"dump":"CC-MAIN-2013-20","url":"http://a.example","score":0.9},"media":[],"extra":null}\n{"text":"u","token_count":3,"__proto__":7}',
    );
    assert.deepEqual(valuesIn(await all(readDocumentItems(path))), [
      {
        id: '<urn:1>',
        text: 't',
        url: 'http://a.example',
        metadata: { dump: 'CC-MAIN-2013-20', score: 0.9 },
      },
      {
        id: 'trove.jsonl#2',
        text: 'u',
        metadata: Object.fromEntries([
          ['token_count', 3],
          ['__proto__', 7],
        ]),
      },
    ]);
  });
  it('reads every line before the place where a gzip file is cut or garbled, and says so', async () => {
    const rows = Array.from({ length: 800 }, (_, nth) => ({ nth, text: randomDigits(nth) }));
    const zipped = gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const cut = zipped.subarray(0, -20_000);
    const unpacked = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const items = await all(readJsonlItems(file('cut.jsonl.gz', cut)));
    assert.deepEqual(valuesIn(items), rows.slice(0, unpacked.split('\n').length - 1));
    assert.match(
      messagesIn(items).join(),
      /^[^,]+cut\.jsonl\.gz, line \d+: the gzip file ends too early; nothing/,
    );
    const garbled = Buffer.from(zipped).fill(0xff, 200_000, 200_100);
    const some = await all(readJsonlItems(file('garbled.jsonl.gz', garbled)));
    const before = gunzipSync(zipped.subarray(0, 200_000), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).toString();
    const sound = before.split('\n').length - 1;
    assert.deepEqual(valuesIn(some).slice(0, sound), rows.slice(0, sound));
    assert.match(messagesIn(some).at(-1)!, /garbled\.jsonl\.gz, line \d+: its compressed bytes are damaged/);
  });
  it('says what is no gzip, what is empty, and what is not there', async () => {
    const plain = await all(readJsonlItems(file('plain.jsonl.gz', '{"text":"a"}\n')));
    assert.match(messagesIn(plain).join(), /, line 1: expected gzip, got other bytes/);
    const empty = await all(readJsonlItems(file('empty.jsonl.gz', '')));
    assert.match(messagesIn(empty).join(), /, line 1: the gzip file ends too early/);
    await assert.rejects(all(readJsonlItems('/nowhere/a.jsonl')), {
      message: 'Cannot read /nowhere/a.jsonl: there is no such file',
    });
    await assert.rejects(all(readJsonlItems(folder)), { message: `Cannot read ${folder}: it is a folder` });
  });
  it('does not end without a word where a file has bytes but no record', async () => {
    for (const name of ['blank.jsonl', 'blank.txt', 'blank.jsonl.gz']) {
      const path = file(name, name.endsWith('gz') ? gzipSync('\n \n') : '\n \n');
      const items = await all(readDocumentItems(path));
      assert.deepEqual(items, [{ kind: 'skipped', record: 1, message: `${path}: it holds no record` }]);
    }
  });
  it('warns of bytes that are not UTF-8', async () => {
    const path = file('latin.jsonl', Buffer.from('{"text":"d\xe9j\xe0"}', 'latin1'));
    const [item] = await all(readJsonlItems(path));
    assert.ok(item?.kind === 'value');
    assert.equal(item.warning, `${path}, line 1: some of its bytes are not UTF-8`);
  });
  it('refuses a line beyond the bound, in a small gzip file too, without holding it', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.alloc(50_000_000, 'a'), Buffer.from('\n{"text":"b"}\n')]));
    const path = file('bomb.jsonl.gz', bomb);
    const items = await all(readDocumentItems(path, { maxBytes: 1_000_000 }));
    assert.equal(kindsOf(items), 'problem value');
    assert.equal(messagesIn(items)[0], `${path}, line 1: it is longer than 1000000 bytes`);
  });
});

describe('readDocuments()', () => {
  it('throws at the first damaged record, or tells who asked and goes on', async () => {
    const path = file('some.jsonl', '{"text":"a"}\n{"no":1}\n{"text":"b"}');
    await assert.rejects(all(readDocuments(path)), {
      name: 'SyntaxError',
      message: `${path}, line 2: expected a text as "text", got nothing in {"no":1}`,
    });
    const problems: string[] = [];
    const found = await all(readDocuments(path, { onProblem: ({ message }) => problems.push(message) }));
    assert.deepEqual(
      found.map(({ text }) => text),
      ['a', 'b'],
    );
    assert.equal(problems.length, 1);
  });
});

async function* asStream(pieces: readonly Uint8Array[]) {
  yield* pieces;
}

/** Text that hardly compresses, the same each time. */
function randomDigits(seed: number): string {
  return Array.from({ length: 16 }, (_, nth) =>
    createHash('sha256').update(`${seed} ${nth}`).digest('hex'),
  ).join('');
}
