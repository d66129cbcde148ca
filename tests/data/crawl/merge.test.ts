import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../../src/core/random.js';
import { findClusters } from '../../../src/data/crawl/duplicates/clusters.js';
import { findPairs } from '../../../src/data/crawl/duplicates/pairs.js';
import { signShard } from '../../../src/data/crawl/duplicates/signShard.js';
import type { SignedShard } from '../../../src/data/crawl/jobs.js';
import { minHasher } from '../../../src/data/dedup/minHash.js';
import { nearDuplicateClusters } from '../../../src/data/dedup/nearDuplicates.js';
import { temporaryFolder } from './crawl.js';

/** Texts of which many are near another: one of some sentences, with a few of its words changed. */
function someTexts(count: number): string[] {
  const random = createRandom(7);
  const words = Array.from({ length: 300 }, (_, nth) =>
    `word${String.fromCharCode(97 + (nth % 26))}${'x'.repeat(nth % 7)}${nth}`.replace(
      /\d/g,
      (digit) => 'abcdefghij'[Number(digit)]!,
    ),
  );
  const pick = () => words[random.integer(words.length)]!;
  const originals = Array.from({ length: Math.ceil(count / 3) }, () => Array.from({ length: 80 }, pick));
  return Array.from({ length: count }, () => {
    if (random.integer(20) === 0) return 'too short';
    const original = originals[random.integer(originals.length)]!;
    const rate = random.uniform() * 0.08;
    return original.map((word) => (random.uniform() < rate ? pick() : word)).join(' ');
  });
}

describe('signatures, buckets and clusters on the disk', () => {
  for (const most of [7, 64, 1 << 20])
    it(`drop what the search in memory drops, in ranges of ${most} records`, async () => {
      const folder = temporaryFolder('merge');
      const texts = someTexts(600);
      const shards: SignedShard[] = [];
      for (let first = 0; first < texts.length; first += 50) {
        const [shard, out] = [join(folder, `${first}.jsonl.gz`), join(folder, `${first}.bin`)];
        const lines = texts
          .slice(first, first + 50)
          .map((text, nth) => JSON.stringify({ id: `${nth}`, text, metadata: {} }));
        writeFileSync(shard, gzipSync(`${lines.join('\n')}\n`));
        const { signed } = await signShard({ kind: 'sign', shard, out }, {});
        shards.push({ path: out, signed, first });
      }
      const pairs = Array.from({ length: 14 }, (_, bucket) => {
        const out = join(folder, `pairs-${bucket}`);
        findPairs({ kind: 'match', bucket, shards, out }, { most });
        return out;
      });
      const out = join(folder, 'dropped');
      const { dropped, clusters } = await findClusters({
        kind: 'cluster',
        documents: texts.length,
        pairs,
        out,
      });
      const sign = minHasher();
      const firsts = nearDuplicateClusters(texts.map((text) => sign(text)));
      const bits = readFileSync(out);
      assert.deepEqual(
        texts.map((_, nth) => ((bits[nth >> 3]! >> (nth & 7)) & 1) === 1),
        firsts.map((first, nth) => first !== nth),
      );
      const gone = firsts.filter((first, nth) => first !== nth);
      assert.deepEqual({ dropped, clusters }, { dropped: gone.length, clusters: new Set(gone).size });
      assert.ok(
        gone.length > 100 && gone.length < 500,
        `${gone.length} of ${texts.length} are near-duplicates`,
      );
    });
});
