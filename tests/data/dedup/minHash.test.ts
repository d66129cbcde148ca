// fixtures/minHash.json was computed by numpy and Python (fixtures/minHash.py says how).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import {
  minHashChance,
  minHasher,
  minHashParameters,
  minHashSimilarity,
} from '../../../src/data/dedup/minHash.js';
import { numpyRandom } from '../../../src/data/dedup/numpyRandom.js';
import { sha1Words } from '../../../src/data/dedup/sha1.js';
import { simplifiedText } from '../../../src/data/text/simplifiedText.js';

interface Fixture {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly cases: readonly {
    readonly text: string;
    readonly simplified: string;
    readonly signature: readonly string[];
  }[];
}
const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/minHash.json', import.meta.url), 'utf8'),
) as Fixture;
const random = createRandom(7);
const letters = (): string =>
  Array.from({ length: 12 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]).join('');
const someWords = (n: number, kinds = 500): string =>
  Array.from({ length: n }, () => `w${random.integer(kinds).toString(36)}`).join(' ');

/** The published formula, word for word. */
function slowSignature(text: string, { ngram = 5, count = 112, seed = 1 } = {}): bigint[] {
  const words = simplifiedText(text).split(' ');
  const { a, b } = minHashParameters(count, seed);
  const hashes = Array.from({ length: words.length - ngram + 1 }, (_, at) =>
    createHash('sha1')
      .update(words.slice(at, at + ngram).join(' '))
      .digest()
      .readBigUInt64LE(),
  );
  return Array.from({ length: count }, (_, nth) =>
    hashes
      .map((h) => ((h * a[nth]! + b[nth]!) % 2n ** 64n) % (2n ** 61n - 1n))
      .reduce((least, value) => (value < least ? value : least)),
  );
}

describe('minHashParameters()', () => {
  it('draws the 112 pairs that numpy draws', () => {
    const { a, b } = minHashParameters(112, 1);
    assert.deepEqual([...a].map(String), fixture.a);
    assert.deepEqual([...b].map(String), fixture.b);
  });
  it('draws other pairs from another seed, and never outside the range', () => {
    assert.notDeepEqual(minHashParameters(4, 2), minHashParameters(4, 1));
    assert.ok(numpyRandom(3)(10n, 15n, 1000).every((n) => n >= 10n && n < 15n));
  });
});

describe('sha1Words()', () => {
  it("gives the start of Node's SHA-1 for every length around a block's end", () => {
    const bytes = Uint8Array.from({ length: 300 }, () => random.integer(256));
    for (let length = 0; length < 260; length++) {
      const from = length % 40;
      const out = new Uint32Array(4);
      sha1Words(bytes, from, from + length, out, 1);
      const digest = createHash('sha1')
        .update(bytes.subarray(from, from + length))
        .digest();
      assert.deepEqual([...out], [0, digest.readUInt32LE(0), digest.readUInt32LE(4), 0], `${length} bytes`);
    }
  });
});

describe('minHasher()', () => {
  it("simplifies texts as Python does by datatrove's rules", () => {
    for (const { text, simplified } of fixture.cases) assert.equal(simplifiedText(text), simplified);
  });
  it('signs texts as numpy does', () => {
    const sign = minHasher();
    for (const { text, signature } of fixture.cases)
      assert.deepEqual([...sign(text)!].map(String), signature, text.slice(0, 60));
  });
  it('agrees bit for bit with whole numbers without limit, whatever the options', () => {
    for (const { ngram, buckets, hashesPerBucket, seed } of [
      { ngram: 5, buckets: 14, hashesPerBucket: 8, seed: 1 },
      { ngram: 1, buckets: 3, hashesPerBucket: 5, seed: 9 },
      { ngram: 13, buckets: 1, hashesPerBucket: 1, seed: 0 },
      { ngram: 2, buckets: 20, hashesPerBucket: 100, seed: 4294967295 },
    ]) {
      for (const text of [someWords(13), someWords(100)]) {
        const slow = slowSignature(text, { ngram, count: buckets * hashesPerBucket, seed });
        assert.deepEqual([...minHasher({ ngram, buckets, hashesPerBucket, seed })(text)!], slow);
      }
    }
  });
  it('takes a text in more pieces than its memory holds at once', () => {
    const text = someWords(9000, 1e6);
    const count = 2;
    assert.deepEqual(
      [...minHasher({ buckets: 2, hashesPerBucket: 1 })(text)!],
      slowSignature(text, { count }),
    );
  });
  it('signs nothing that is shorter than a phrase', () => {
    for (const text of ['', '   ', '...', 'one two three four', '"one" - two - three - four!'])
      assert.equal(minHasher()(text), undefined, text);
    assert.ok(minHasher()('one two three four five'));
  });
  it('gives signatures that later texts do not change', () => {
    const sign = minHasher();
    const first = sign(someWords(50))!;
    const copy = [...first];
    sign(someWords(50));
    assert.deepEqual([...first], copy);
  });
  it('says what is wrong with options', () => {
    assert.throws(() => minHasher({ buckets: 0 }), {
      name: 'RangeError',
      message: 'Cannot compare texts: expected a whole number from 1 up as buckets, got 0',
    });
    assert.throws(
      () => minHasher({ buckets: 1000, hashesPerBucket: 1000 }),
      /at most 65,536 hashes, got 1000000/,
    );
  });
});

describe('minHashSimilarity()', () => {
  it('estimates the share of phrases in common without bias and as closely as chance allows', () => {
    const sign = minHasher();
    for (const shared of [20, 50, 80]) {
      const errors = Array.from({ length: 60 }, () => {
        const words = Array.from({ length: 100 }, () => letters());
        const [a, b] = [shared, 0].map(() => words.slice(0, shared));
        while (a!.length < 100) a!.push(letters());
        while (b!.length < 100) b!.push(letters());
        const truth = (shared - 4) / (2 * 96 - (shared - 4));
        return minHashSimilarity(sign(a!.join(' '))!, sign(b!.join(' '))!) - truth;
      });
      const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
      const rms = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
      assert.ok(Math.abs(mean) < 0.025, `mean error ${mean}`);
      assert.ok(rms < 0.07, `root mean square ${rms}`); // sqrt(s (1 - s) / 112) is at most 0.047
    }
  });
  it('refuses signatures of different lengths', () => {
    assert.throws(() => minHashSimilarity(new BigUint64Array(3), new BigUint64Array(4)), /got 3 and 4/);
  });
});

describe('minHashChance()', () => {
  it('is 92.4 % at a similarity of 0.8, as published, and climbs from 0 to 1', () => {
    assert.equal(minHashChance(0.8).toFixed(3), '0.924');
    assert.deepEqual([minHashChance(0), minHashChance(1)], [0, 1]);
    const chances = Array.from({ length: 101 }, (_, n) => minHashChance(n / 100));
    assert.deepEqual(
      chances,
      [...chances].sort((x, y) => x - y),
    );
  });
});
