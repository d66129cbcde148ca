// The stages that look at all documents, against the functions that hold everything in memory.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { readCrawlManifest } from '../../../dist/data/crawl/filterCrawl.js';
import { createRandom } from '../../../src/core/random.js';
import { exactDuplicates } from '../../../src/data/dedup/exactDuplicates.js';
import { lineDuplicates } from '../../../src/data/dedup/lineDuplicates.js';
import { dropNearDuplicates } from '../../../src/data/dedup/nearDuplicates.js';
import { phraseSimilarity } from '../../../src/data/dedup/phraseSimilarity.js';
import type { Document } from '../../../src/data/document.js';
import { judgeAll, runPipeline } from '../../../src/data/pipeline.js';
import { documentsOf, noStages as off, runWhole, temporaryFolder } from './crawl.js';

const folder = temporaryFolder('duplicates');
const random = createRandom(3);
const words = Array.from({ length: 400 }, (_, nth) => `w${nth.toString(36)}y`.replace(/\d/g, 'q'));
const sentence = (count: number): string =>
  Array.from({ length: count }, () => words[random.integer(words.length)]!).join(' ');

/** Texts of lines, some of which come again, with addresses that come again, some nearly or quite like an earlier one. */
function someDocuments(count: number): Document[] {
  const menus = Array.from({ length: 6 }, () => sentence(4));
  const all: Document[] = [];
  for (let nth = 0; nth < count; nth++) {
    const earlier = all[random.integer(Math.max(1, all.length))];
    const kind = random.integer(6);
    const lines = [sentence(40), menus[random.integer(6)]!, sentence(30), menus[random.integer(6)]!];
    const changed = earlier?.text.split(' ').map((word) => (random.integer(25) === 0 ? 'other' : word));
    const text =
      earlier && kind === 0 ? earlier.text : changed && kind < 3 ? changed.join(' ') : lines.join('\n');
    const url = kind === 3 && earlier?.url ? earlier.url : `https://a.example/${nth}`;
    all.push({ id: `d${nth}`, text, ...(nth % 7 > 0 && { url }), metadata: { group: nth % 50 } });
  }
  return all;
}

const documents = someDocuments(120);
const paths = [0, 1, 2].map((nth) => join(folder, `${nth}.jsonl`));

before(() => {
  for (const [nth, path] of paths.entries()) {
    const own = documents.slice(40 * nth, 40 * (nth + 1));
    writeFileSync(path, own.map((document) => `${JSON.stringify(document)}\n`).join(''));
  }
});

const idsAndTexts = (some: readonly Document[]) => some.map(({ id, text }) => [id, text]);

describe('filterCrawl() with stages that see all documents', () => {
  const minHash = { minSimilarity: 0.8 };
  const config = { ...off, exactDuplicates: { by: ['url', 'text'] }, minHash, lineDuplicates: {} };
  const out = join(folder, 'all');
  before(() => runWhole(paths, out, { config, workers: 1 }));

  it('keeps what the same in memory keeps: first of address, first of text, first of pairs that are alike, first of lines', async () => {
    const exact = [exactDuplicates({ by: 'url' }), exactDuplicates({ by: 'text' })];
    const kept: Document[] = [];
    for await (const outcome of dropNearDuplicates(runPipeline(documents, exact), minHash))
      if (!outcome.dropped) kept.push(outcome.document);
    const lines = lineDuplicates();
    const expected = kept.map((document) => judgeAll(document, [lines])).filter(({ dropped }) => !dropped);
    assert.ok(kept.length < 90 && expected.some(({ characters: [whole, cut] }) => cut! < whole!));
    assert.deepEqual(idsAndTexts(documentsOf(out)), idsAndTexts(expected.map(({ document }) => document)));
  });

  it('says how much each dropped, why, with examples that are there', () => {
    const { stages, dropped } = readCrawlManifest(out);
    assert.deepEqual(
      stages.map(({ filter }) => filter),
      ['exact duplicates', 'near-duplicates', 'line duplicates'],
    );
    for (const { filter, documentsIn, reasons } of stages)
      for (const { reason, documents: count } of reasons) {
        const row = dropped.find((one) => one.filter === filter && one.reason === reason)!;
        assert.deepEqual([row.documents, row.share], [count, count / documentsIn]);
        assert.equal(row.examples.length, Math.min(3, count));
        for (const { id, url, text } of row.examples) {
          const whole = documents.find((one) => one.id === id)!;
          assert.deepEqual([url, text], [whole.url, whole.text.slice(0, 200)]);
        }
      }
    const sum = (rows: readonly { readonly characters: number }[]) =>
      rows.reduce((total, { characters }) => total + characters, 0);
    const exact = stages[0]!;
    assert.equal(
      sum(dropped.filter(({ filter }) => filter === exact.filter)),
      exact.charactersIn - exact.charactersOut,
    );
    assert.ok(
      dropped.some(({ reason }) => reason === 'same url') &&
        dropped.some(({ reason }) => reason === 'same text'),
    );
  });
});

describe('dropNearDuplicates() with pairs that are checked', () => {
  it('keeps of what MinHash takes for a pair what has too little in common', async () => {
    const droppedBy = async (minSimilarity: number): Promise<string[][]> => {
      const pairs: string[][] = [];
      for await (const { document, dropped } of dropNearDuplicates(runPipeline(documents, []), {
        minSimilarity,
      }))
        if (dropped) pairs.push([document.id, dropped.detail!.replace('as ', '')]);
      return pairs;
    };
    const textOf = (id: string) => documents.find((one) => one.id === id)!.text;
    const [unchecked, checked] = [await droppedBy(0), await droppedBy(0.9)];
    assert.ok(checked.length > 10 && checked.length < unchecked.length);
    const like = (id: string) =>
      documents.some((one) => one.id !== id && phraseSimilarity(one.text, textOf(id)) >= 0.9);
    assert.deepEqual(
      checked.filter(([id]) => !like(id!)),
      [],
    );
  });
});
