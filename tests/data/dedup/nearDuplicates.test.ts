import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { minHashChance, minHasher } from '../../../src/data/dedup/minHash.js';
import {
  dropNearDuplicates,
  nearDuplicateClusters,
  nearDuplicates,
} from '../../../src/data/dedup/nearDuplicates.js';
import type { Document } from '../../../src/data/document.js';
import { gopherQuality } from '../../../src/data/filters/gopherQuality.js';
import { funnelOf } from '../../../src/data/funnel.js';
import { type Outcome, runPipeline } from '../../../src/data/pipeline.js';

const random = createRandom(5);
const words = (n: number): string[] =>
  Array.from({ length: n }, () => `w${random.integer(1e9).toString(36)}`);
const signature = (...numbers: number[]) => BigUint64Array.from(numbers, BigInt);
const two = { buckets: 2, hashesPerBucket: 2 };

async function all(outcomes: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const list: Outcome[] = [];
  for await (const outcome of outcomes) list.push(outcome);
  return list;
}

describe('nearDuplicateClusters()', () => {
  it('joins texts that share a whole bucket in the same place, and no others', () => {
    const signatures = [
      signature(1, 2, 3, 4),
      signature(3, 4, 1, 2),
      signature(1, 9, 9, 4),
      signature(7, 7, 3, 4),
    ];
    assert.deepEqual(nearDuplicateClusters(signatures, two), [0, 1, 2, 0]);
  });
  it('joins two clusters where a later text belongs to both, and names the first text', () => {
    const signatures = [
      signature(1, 1, 5, 5),
      signature(2, 2, 6, 6),
      signature(2, 2, 7, 7),
      signature(1, 1, 7, 7),
    ];
    assert.deepEqual(nearDuplicateClusters(signatures, two), [0, 0, 0, 0]);
  });
  it('does not depend on the order but for who is first', () => {
    const signatures = Array.from({ length: 200 }, () =>
      signature(random.integer(12), random.integer(12), random.integer(12), random.integer(12)),
    );
    const order = random.shuffle(signatures.map((_, nth) => nth));
    const straight = nearDuplicateClusters(signatures, two);
    const mixed = nearDuplicateClusters(
      order.map((nth) => signatures[nth]),
      two,
    );
    const together = (firsts: readonly number[], i: number, j: number) => firsts[i] === firsts[j];
    for (let i = 0; i < 200; i++)
      for (let j = 0; j < i; j++)
        assert.equal(together(mixed, i, j), together(straight, order[i]!, order[j]!));
    assert.ok(new Set(straight).size < 190);
  });
  it('leaves texts without a signature alone, and refuses signatures of other options', () => {
    assert.deepEqual(nearDuplicateClusters([undefined, undefined]), [0, 1]);
    assert.throws(() => nearDuplicateClusters([signature(1, 2)]), /expected 112 numbers, got 2/);
  });
  it('finds pairs of a known similarity as often as the S-curve says', () => {
    const sign = minHasher();
    for (const [changed, pairs] of [
      [4, 300],
      [20, 300],
      [40, 300],
    ] as const) {
      // A changed end of the text changes as many phrases: s = (496 - changed) / (496 + changed).
      const similarity = (496 - changed * 2) / (496 + changed * 2);
      let found = 0;
      for (let pair = 0; pair < pairs; pair++) {
        const text = words(500);
        const other = [...text.slice(0, 500 - 2 * changed), ...words(2 * changed)];
        const [, first] = nearDuplicateClusters([sign(text.join(' ')), sign(other.join(' '))]);
        if (first === 0) found++;
      }
      const chance = minHashChance(similarity);
      const tolerance = 4 * Math.sqrt((chance * (1 - chance)) / pairs) + 0.01;
      assert.ok(Math.abs(found / pairs - chance) < tolerance, `${found} of ${pairs}, expected ${chance}`);
    }
  });
});

describe('dropNearDuplicates()', () => {
  const text = `the ${words(100).join(' ')} of`;
  const document = (id: string, content: string): Document => ({ id, text: content, metadata: {} });
  const documents = [
    document('a', text),
    document('b', 'short'),
    document('c', `${text.toUpperCase()}!`),
    document('d', `the ${words(100).join(' ')} of`),
    document('e', text),
  ];
  const filters = [gopherQuality({ minStopWords: 0, maxMeanLength: 99, minAlphabetic: 0 })];

  it('keeps the first of each cluster, and leaves what was dropped before as it was', async () => {
    const outcomes = await all(dropNearDuplicates(runPipeline(documents, filters)));
    assert.deepEqual(
      outcomes.map(({ document: { id }, dropped }) => [id, dropped?.reason, dropped?.detail]),
      [
        ['a', undefined, undefined],
        ['b', 'too few words', '1 words, at least 50'],
        ['c', 'nearly the same text', 'as a'],
        ['d', undefined, undefined],
        ['e', 'nearly the same text', 'as a'],
      ],
    );
  });
  it('is the last stage of a funnel', async () => {
    const stages = await funnelOf(
      [...filters, nearDuplicates],
      dropNearDuplicates(runPipeline(documents, filters)),
    );
    const { filter, documentsIn, documentsOut, reasons } = stages[1]!;
    assert.deepEqual(
      { filter, documentsIn, documentsOut, reasons },
      {
        filter: 'near-duplicates',
        documentsIn: 4,
        documentsOut: 2,
        reasons: [{ reason: 'nearly the same text', documents: 2 }],
      },
    );
  });
});
