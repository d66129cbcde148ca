import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { randomBatches, sequentialBatches } from '../../src/train/batches.js';
import { epochBatches } from '../../src/train/epochBatches.js';
import { openShards } from '../../src/train/shards/openShards.js';
import { shardSet } from '../../src/train/shards/shardSet.js';
import { writeShard } from '../../src/train/shards/writeShards.js';

const folder = mkdtempSync(join(tmpdir(), 'shards-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const small = { vocabSize: 50_257 };
const large = { vocabSize: 128_256 };
const read = (path: string, options: { vocabSize: number; headerless?: boolean } = small) => {
  const tokens = openShards([path], options);
  try {
    return [...Array.from(tokens.shards[0]!.read(0, tokens.length))];
  } finally {
    tokens.close();
  }
};

describe('writeShard()', () => {
  it("lays out GPT-2's ids byte for byte as llm.c's data_common.py says", () => {
    assert.equal(writeShard(file('two.bin'), [50_256, 1, 258], small), 3);
    const bytes = readFileSync(file('two.bin'));
    assert.equal(bytes.length, 256 * 4 + 3 * 2);
    const header = new Int32Array(new Uint8Array(bytes.subarray(0, 1024)).buffer);
    assert.deepEqual([...header.slice(0, 3)], [20240520, 1, 3]);
    assert.ok(header.slice(3).every((number) => number === 0));
    assert.deepEqual([...bytes.subarray(1024)], [0x50, 0xc4, 1, 0, 2, 1]);
  });

  it("lays out Llama 3's ids with four bytes, under their own magic number", () => {
    writeShard(file('four.bin'), [128_000, 7], large);
    const bytes = readFileSync(file('four.bin'));
    assert.deepEqual(
      [0, 4, 8].map((at) => bytes.readInt32LE(at)),
      [20240801, 7, 2],
    );
    assert.deepEqual(
      [1024, 1028].map((at) => bytes.readUInt32LE(at)),
      [128_000, 7],
    );
    assert.deepEqual(read(file('four.bin'), large), [128_000, 7]);
  });

  it('takes ids in lists, one after the other', () => {
    writeShard(file('lists.bin'), [Uint16Array.of(1, 2), [3], []], small);
    assert.deepEqual(read(file('lists.bin')), [1, 2, 3]);
  });

  it('refuses ids that are none, and leaves nothing behind', () => {
    const before = readdirSync(folder).sort();
    for (const [id, got] of [
      [50_257, '50257'],
      [-1, '-1'],
      [1.5, '1.5'],
      [Number.NaN, 'NaN'],
    ] as const)
      assert.throws(
        () => writeShard(file('bad.bin'), [1, id], small),
        new RegExp(`bad\\.bin: expected ids from 0 to 50256, got ${got} as token 1`),
      );
    assert.throws(() => writeShard(file('bad.bin'), [], small), /expected 1 to 2147483647 tokens, got 0/);
    assert.deepEqual(readdirSync(folder).sort(), before);
  });

  it("writes nanoGPT's files, which are ids alone", () => {
    writeShard(file('nano.bin'), [5, 6, 513], { ...small, headerless: true });
    assert.deepEqual([...readFileSync(file('nano.bin'))], [5, 0, 6, 0, 1, 2]);
    assert.deepEqual(read(file('nano.bin'), { ...small, headerless: true }), [5, 6, 513]);
    assert.throws(() => writeShard(file('no.bin'), [1], { ...large, headerless: true }), /needs four/);
  });
});

describe('openShards()', () => {
  const damaged = (change: (path: string) => void) => {
    const path = file('damaged.bin');
    writeShard(path, [1, 2, 3, 4], small);
    change(path);
    return () => openShards([path], small);
  };
  const patched = (at: number, number: number) =>
    damaged((path) => {
      const bytes = readFileSync(path);
      bytes.writeInt32LE(number, at);
      writeFileSync(path, bytes);
    });

  it('refuses by name what is cut short, lies about its length or is something else', () => {
    const refused = (open: () => unknown, message: RegExp) =>
      assert.throws(open, { name: 'SyntaxError', message });
    for (const length of [0, 7, 1023])
      refused(
        damaged((path) => truncateSync(path, length)),
        /damaged\.bin: it has \d+ bytes, and a header/,
      );
    for (const length of [1024, 1025, 1031])
      refused(
        damaged((path) => truncateSync(path, length)),
        /says 4 tokens of 2 bytes, the file has room for/,
      );
    refused(
      damaged((path) => appendFileSync(path, 'xx')),
      /says 4 tokens of 2 bytes, the file has room for 5/,
    );
    for (const count of [0, -1, 5, 2 ** 31 - 1]) refused(patched(8, count), /its header says/);
    refused(patched(0, 20240521), /expected it to begin with 20240520 or 20240801, got 20240521/);
    refused(patched(0, 20240801), /expected version 7, got 1/);
    refused(patched(4, 2), /expected version 1, got 2/);
    assert.throws(
      () => openShards([file('none.bin')], small),
      /Cannot read .*none\.bin: there is no such file/,
    );
    assert.throws(() => openShards([folder], small), /it is a folder/);
    assert.throws(() => openShards([], small), /expected at least one file/);
  });

  it('refuses a file without a header that ends within an id', () => {
    for (const bytes of ['', 'abc']) {
      writeFileSync(file('odd.bin'), bytes);
      assert.throws(
        () => openShards([file('odd.bin')], { ...small, headerless: true }),
        /odd\.bin: expected ids of 2 bytes each/,
      );
    }
  });

  it('names the file and the token of an id that the vocabulary does not have', () => {
    writeShard(file('words.bin'), [1, 2, 300, 4], small);
    assert.throws(() => read(file('words.bin'), { vocabSize: 300 }), {
      name: 'SyntaxError',
      message: /words\.bin: expected ids below 300, got 300 as token 2/,
    });
  });

  it('says so where a file becomes shorter while it is open', () => {
    writeShard(file('shrinks.bin'), [1, 2, 3, 4], small);
    const tokens = openShards([file('shrinks.bin')], small);
    truncateSync(file('shrinks.bin'), 1026);
    assert.throws(() => tokens.shards[0]!.read(0, 4), /shrinks\.bin: it ends at byte 1026/);
    tokens.close();
  });

  it('closes what it opened when a later file is refused', () => {
    const open = () => readdirSync('/proc/self/fd').length;
    if (process.platform !== 'linux') return;
    writeShard(file('good.bin'), [1], small);
    const before = open();
    for (let times = 0; times < 5; times++)
      assert.throws(() => openShards([file('good.bin'), file('none.bin')], small));
    assert.equal(open(), before);
  });
});

describe('batches of shards', () => {
  const ids = Uint16Array.from({ length: 103 }, (_, at) => at);
  const inFiles = (...cuts: number[]) => {
    const paths = cuts.map((cut, nth) => {
      const path = file(`part-${nth}.bin`);
      writeShard(path, ids.subarray(cut, cuts[nth + 1] ?? ids.length), small);
      return path;
    });
    return openShards(paths, small);
  };
  const size = { batchSize: 4, length: 6 };

  it('are those of the same tokens in memory, where there is one shard', () => {
    const tokens = inFiles(0);
    assert.equal(tokens.length, 103);
    const take = (source: Iterable<unknown>) => {
      const taken = [];
      for (const batch of source) if (taken.push(batch) === 4) break;
      return taken;
    };
    const random = () => createRandom(3);
    assert.deepEqual(take(randomBatches(tokens, size, random())), take(randomBatches(ids, size, random())));
    assert.deepEqual(take(epochBatches(tokens, size, random())), take(epochBatches(ids, size, random())));
    assert.deepEqual([...sequentialBatches(tokens, size)], [...sequentialBatches(ids, size)]);
    tokens.close();
  });

  it('never reach from one shard into the next, and come from all that are long enough', () => {
    const tokens = inFiles(0, 50, 53, 80); // the second has three tokens, too few for a window
    const shardOf = (id: number) => [80, 53, 50, 0].findIndex((start) => id >= start);
    const seen = new Set<number>();
    const batches = randomBatches(tokens, { batchSize: 500, length: 6 }, createRandom(1));
    const { inputs, targets } = batches.next().value;
    for (let row = 0; row < 500; row++) {
      const window = [...Array.from(inputs).slice(6 * row, 6 * row + 6), targets[6 * row + 5]!];
      assert.deepEqual(
        window,
        Array.from({ length: 7 }, (_, at) => window[0]! + at),
      );
      assert.equal(shardOf(window[0]!), shardOf(window[6]!));
      seen.add(window[0]!);
    }
    const starts = [
      ...Array.from({ length: 44 }, (_, at) => at),
      ...Array.from({ length: 21 }, (_, at) => 53 + at),
    ];
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [...starts, ...Array.from({ length: 17 }, (_, at) => 80 + at)],
    );
    tokens.close();
  });
});

describe('shardSet()', () => {
  it('puts the separator in front of each document and goes on in the next file where one is full', () => {
    const set = shardSet(file('set/train'), { vocabSize: 100, separatorId: 99, shardTokens: 5 });
    for (const document of [[1, 2], [], [3, 4, 5, 6, 7, 8], [9]]) set.add(document);
    const files = set.commit();
    assert.deepEqual(
      files.map(({ path, tokens }) => [path.replace(folder, ''), tokens]),
      [
        ['/set/train_000000.bin', 5],
        ['/set/train_000001.bin', 5],
        ['/set/train_000002.bin', 3],
      ],
    );
    const all = files.flatMap(({ path }) => read(path, { vocabSize: 100 }));
    assert.deepEqual(all, [99, 1, 2, 99, 99, 3, 4, 5, 6, 7, 8, 99, 9]);
    assert.deepEqual(
      readdirSync(file('set')).sort(),
      files.map(({ path }) => path.split('/').at(-1)),
    );
  });

  it('holds more documents than it keeps in memory, and leaves no half file where it is given up', () => {
    const set = shardSet(file('many/val'), { vocabSize: 70_000, separatorId: 0 });
    const document = Array.from({ length: 1000 }, (_, at) => at);
    for (let nth = 0; nth < 600; nth++) set.add(document);
    const [{ path, tokens }] = set.commit() as [{ path: string; tokens: number }];
    assert.equal(tokens, 600 * 1001);
    const ids = read(path, { vocabSize: 70_000 });
    for (let at = 0; at < ids.length; at++) assert.equal(ids[at], Math.max(0, (at % 1001) - 1));
    const given = shardSet(file('given/up'), { vocabSize: 10, separatorId: 0, shardTokens: 4 });
    given.add([1, 2, 3, 4, 5, 12]);
    assert.throws(() => given.commit(), /up_000001\.bin: expected ids from 0 to 9, got 12 as token 2/);
    given.discard();
    assert.deepEqual(readdirSync(file('given')), ['up_000000.bin']);
  });
});

describe('memory', () => {
  it('does not grow with a shard: 400 MB are read by random windows within 60 MB', () => {
    const path = file('long.bin');
    const script = `
      import { createRandom } from './src/core/random.ts';
      import { randomBatches } from './src/train/batches.ts';
      import { openShards } from './src/train/shards/openShards.ts';
      import { writeShard } from './src/train/shards/writeShards.ts';
      const part = Uint16Array.from({ length: 1_000_000 }, (_, at) => at % 50_000);
      function* parts() { for (let nth = 0; nth < 200; nth++) yield part; }
      writeShard(${JSON.stringify(path)}, parts(), { vocabSize: 50_257 });
      globalThis.gc();
      const before = process.memoryUsage().rss;
      const tokens = openShards([${JSON.stringify(path)}], { vocabSize: 50_257 });
      const batches = randomBatches(tokens, { batchSize: 32, length: 1024 }, createRandom(1));
      let most = 0;
      for (let nth = 0; nth < 200; nth++) { batches.next(); most = Math.max(most, process.memoryUsage().rss); }
      console.log(Math.round((most - before) / 1e6));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', script],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
    );
    assert.ok(stdout !== '', stderr);
    assert.ok(Number(stdout) < 60, `${stdout} MB`);
  });
});
