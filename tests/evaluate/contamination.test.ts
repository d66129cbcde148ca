import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { type ContaminationOptions, contamination } from '../../src/evaluate/contamination.js';

const random = createRandom(5);
const pick = (list: readonly string[]): string => list[random.integer(list.length)]!;

describe('contamination()', () => {
  it('finds the runs that a set of texts holds, whatever the text', async () => {
    const letters = ['a', 'b', ' ', 'é', '🐳'];
    const text = () => Array.from({ length: random.integer(60) }, () => pick(letters)).join('');
    const [train, test] = [Array.from({ length: 40 }, text), Array.from({ length: 20 }, text)];
    for (const n of [1, 3, 6, 9]) {
      const runsOf = (text: string) =>
        Array.from({ length: Math.max(0, text.length - n + 1) }, (_, at) => text.slice(at, at + n));
      const known = new Set(train.flatMap(runsOf));
      const { runs, found, share, covered, texts } = await contamination(train, test, {
        unit: 'characters',
        n,
      });
      const all = test.flatMap(runsOf);
      assert.equal(runs, all.length);
      assert.equal(found, all.filter((run) => known.has(run)).length);
      assert.equal(share, found / runs);
      const inside = test.map((text) =>
        [...Array(text.length).keys()].filter((at) =>
          runsOf(text).some((run, start) => start <= at && at < start + n && known.has(run)),
        ),
      );
      assert.deepEqual(
        texts.map((text, nth) => Math.round(text.covered * test[nth]!.length)),
        inside.map(({ length }) => length),
      );
      const length = test.reduce((sum, text) => sum + text.length, 0);
      assert.ok(Math.abs(covered - inside.flat().length / length) < 1e-12);
    }
  });

  it('takes words without case and punctuation, and 13 of them where nothing else is said', async () => {
    const words = 'one two three four five six seven eight nine ten eleven twelve thirteen'.split(' ');
    const test = [`Zero. ${words.join(', ').toUpperCase()}! Fourteen?`];
    const shareOf = async (train: readonly string[], options?: ContaminationOptions) =>
      (await contamination(train, test, options)).found;
    assert.equal(await shareOf([`(${words.join(' – ')})`]), 1);
    assert.equal(await shareOf([words.slice(1).join(' ')]), 0);
    assert.equal(await shareOf([words.join(' other ')]), 0);
    assert.equal(await shareOf([words.slice(0, 7).join(' '), words.slice(7).join(' ')]), 0); // two texts
    assert.equal(await shareOf([words.slice(1).join(' ')], { n: 12 }), 1);
  });

  it('counts runs of 50 characters as they stand', async () => {
    const line = 'Area: total: 41,277 sq km; land: 39,997 sq km; wat'; // 50
    const { runs, found } = await contamination([line], [`${line}er`], { unit: 'characters' });
    assert.deepEqual([line.length, runs, found], [50, 3, 1]);
    assert.equal((await contamination([line.toLowerCase()], [line], { unit: 'characters' })).found, 0);
  });

  it('reads the training texts from a stream', async () => {
    async function* train() {
      yield 'the sea';
      yield 'the whale';
    }
    assert.equal((await contamination(train(), ['The whale!'], { n: 2 })).share, 1);
  });

  it('is not fooled by runs with equal hashes', async () => {
    const units = [
      [102, 156, 15_414],
      [100, 1000, 100],
    ];
    const hashes = units.map((row) =>
      row.reduce((hash, unit) => (Math.imul(hash, 0x01000193) + unit) | 0, 0),
    );
    assert.equal(hashes[0], hashes[1]); // as the index rolls it
    const [one, other] = units.map((row) => String.fromCharCode(...row)) as [string, string];
    const options = { unit: 'characters', n: 3 } as const;
    assert.equal((await contamination([one], [other], options)).found, 0);
    assert.deepEqual(
      (await contamination([one], [other, one], options)).texts.map(({ found }) => found),
      [0, 1],
    );
  });

  it('says so where no test text is long enough, and refuses half a word', async () => {
    await assert.rejects(contamination(['a b'], ['a b'], { n: 3 }), /no test text is as long as 3 words/);
    await assert.rejects(
      contamination(['a b'], ['a b'], { n: 1.5 }),
      /whole number of words above 0, got 1.5/,
    );
  });
});
