import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzstd } from '../../../src/data/bytes/zstd.js';
import { readJsonlItems } from '../../../src/data/readers/readJsonl.js';
import { all, messagesIn, testFolder, valuesIn } from '../readers/files.js';
import { lines } from './zstdLines.js';

const { file } = testFolder('zstd');
const packed = readFileSync(fileURLToPath(new URL('../fixtures/lines.jsonl.zst', import.meta.url)));
const text = lines();

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** By RFC 8878: a frame with a window of a megabyte, blocks of 128 KiB of one letter each in four bytes. */
function frameOf(blocks: number, window = 0x50): Buffer {
  const block = Buffer.from([((131_072 << 3) | 2) & 0xff, (131_072 >> 5) & 0xff, 131_072 >> 13, 0x61]);
  const last = Buffer.from(block);
  last[0]! |= 1;
  const all = Buffer.concat([...Array.from({ length: blocks - 1 }, () => block), last]);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, window]), all]);
}

describe('unzstd()', () => {
  it('unpacks what the zstd program packed, in whatever pieces it comes', async () => {
    for (const size of [1, 7, 1000, 131_072, packed.length])
      assert.equal(Buffer.concat(await all(unzstd(inPieces(packed, size)))).toString(), text);
  });
  it('hands out what comes before the place where a file is cut', async () => {
    for (const length of [1, 5, 9, 100, 30_000, packed.length - 1]) {
      const parts: Uint8Array[] = [];
      const reading = (async () => {
        for await (const part of unzstd(inPieces(packed.subarray(0, length), 5000))) parts.push(part);
      })();
      await assert.rejects(reading, /^Error: (the Zstandard file ends too early|its compressed bytes)/);
      assert.ok(
        text.startsWith(
          Buffer.concat(parts)
            .toString()
            .replace(/\uFFFD+$/, ''),
        ),
      );
    }
  });
  it('does not believe sizes: neither a huge window nor a small file that unpacks to gigabytes', async () => {
    await assert.rejects(all(unzstd(inPieces(frameOf(2, 0xa8), 100))), /it needs a window of \d+ bytes/);
    let bytes = 0;
    for await (const part of unzstd(inPieces(frameOf(4000), 65_536))) {
      assert.ok(part.length <= 131_072);
      bytes += part.length;
    }
    assert.equal(bytes, 4000 * 131_072);
  });
});

describe('readJsonl() of .zst', () => {
  it('reads the lines, and says where damage begins', async () => {
    const rows = valuesIn(await all(readJsonlItems(file('a.jsonl.zst', packed))));
    assert.deepEqual(
      rows.map((row) => JSON.stringify(row)),
      text.trimEnd().split('\n'),
    );
    const cut = await all(readJsonlItems(file('cut.jsonl.zst', packed.subarray(0, 60_000))));
    assert.ok(valuesIn(cut).length > 1000);
    assert.match(messagesIn(cut).at(-1)!, /cut\.jsonl\.zst, line \d+: the Zstandard file ends too early/);
    const plain = await all(readJsonlItems(file('plain.jsonl.zst', '{"a":1}\n')));
    assert.match(messagesIn(plain).join(), /line 1: expected a Zstandard frame, got other bytes/);
  });
});
