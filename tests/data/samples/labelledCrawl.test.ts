import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { minHasher, minHashSimilarity } from '../../../src/data/dedup/minHash.js';
import { dropNearDuplicates, nearDuplicateClusters } from '../../../src/data/dedup/nearDuplicates.js';
import { phraseSimilarity } from '../../../src/data/dedup/phraseSimilarity.js';
import { anonymizer } from '../../../src/data/filters/anonymization.js';
import { c4Quality } from '../../../src/data/filters/c4Quality.js';
import { finewebFilters } from '../../../src/data/filters/fineweb.js';
import { type Outcome, runPipeline } from '../../../src/data/pipeline.js';
import { readWarc } from '../../../src/data/readers/readWarc.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import {
  crawlBlocklists,
  inventedUrlWords,
  type LabelledPage,
  labelledCrawl,
} from '../../../src/data/samples/labelledCrawl.js';

const pages = [...labelledCrawl({ pages: 2000, seed: 1 })];
const duplicates = pages.filter(({ label }) => label === 'near-duplicate');
const of = (url: string | undefined): LabelledPage => pages.find((page) => page.url === url)!;

describe('phraseSimilarity()', () => {
  it('counts phrases in common, blind to what the signatures are blind to', () => {
    assert.equal(phraseSimilarity('a b c d e f', 'A, b: c d e f!'), 1);
    assert.equal(phraseSimilarity('a b c d e f', 'b c d e f g'), 1 / 3);
    assert.equal(phraseSimilarity('a b c d e', 'f g h i j'), 0);
    assert.equal(phraseSimilarity('a b', 'a b'), 0);
    assert.equal(phraseSimilarity('a b c', 'c b a', 1), 1);
  });
});

describe('labelledCrawl()', () => {
  it('makes the same crawl from the same seed and another from another', () => {
    assert.deepEqual([...labelledCrawl({ pages: 50, seed: 1 })], [...labelledCrawl({ pages: 50 })]);
    assert.notDeepEqual([...labelledCrawl({ pages: 50, seed: 2 })], [...labelledCrawl({ pages: 50 })]);
  });
  it('has as many pages of each label as their shares say', () => {
    const count = (label: string) => pages.filter((page) => page.label === label).length;
    assert.equal(pages.length, 2000);
    assert.deepEqual(['article', 'near-duplicate', 'spam', 'machine junk'].map(count), [800, 300, 200, 100]);
    const shares = { article: 1, spam: 1 };
    const two = [...labelledCrawl({ pages: 40, shares })].map(({ label }) => label).sort();
    assert.deepEqual(two, [...Array(20).fill('article'), ...Array(20).fill('spam')]);
  });
  it('knows how near its duplicates are, from one half to the same', () => {
    for (const page of duplicates) {
      const original = of(page.original);
      assert.equal(phraseSimilarity(original.text, page.text), page.similarity);
      assert.ok(pages.indexOf(original) < pages.indexOf(page));
    }
    const sorted = duplicates.map(({ similarity }) => similarity!).sort((a, b) => a - b);
    assert.ok(sorted[30]! < 0.6 && sorted[150]! > 0.68 && sorted[150]! < 0.82 && sorted[270]! > 0.9);
  });
  it('has no near-duplicates but those it names', () => {
    const sign = minHasher();
    const articles = pages.filter(({ label }) => label === 'article');
    const firsts = nearDuplicateClusters(articles.map(({ text }) => sign(text)));
    assert.ok(firsts.filter((first, nth) => first !== nth).length <= 2);
  });
  it('holds personal data that the rules for it take out', () => {
    const anonymize = anonymizer();
    for (const { text, personal } of pages.filter(({ label }) => label === 'personal data')) {
      assert.ok(personal!.length === 2 && personal!.every((one) => text.includes(one)));
      const clean = anonymize(text);
      for (const one of personal!) assert.ok(!clean.includes(one), one);
    }
  });
  it('goes into a web archive and comes out again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crawl-'));
    try {
      const some = pages.slice(0, 30);
      await writeWarc(join(folder, 'crawl.warc.gz'), some);
      const read: [string | undefined, string][] = [];
      for await (const { url, text } of readWarc(join(folder, 'crawl.warc.gz'))) read.push([url, text]);
      assert.deepEqual(
        read,
        some.map(({ url, html }) => [url, html]),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  it('says so where the corpora have not enough', () => {
    assert.throws(() => [...labelledCrawl({ pages: 100_000, shares: { article: 1 } })], {
      name: 'RangeError',
      message: 'Cannot make 100000 pages: the corpora have no more articles',
    });
    assert.throws(() => [...labelledCrawl({ shares: { spam: 1 } })], /expected a share of articles above 0/);
  });
});

describe('the whole pipeline at its published limits, against the truth', async () => {
  const filters = await finewebFilters({ url: { ...crawlBlocklists, ...inventedUrlWords } });
  const crawl = [...labelledCrawl({ pages: 400, seed: 2 })];
  const documents = crawl.map(({ url, html }) => ({ id: url, url, text: html, metadata: {} }));
  const outcomes: Outcome[] = [];
  for await (const outcome of dropNearDuplicates(runPipeline(documents, filters))) outcomes.push(outcome);
  const isGood = ({ label }: LabelledPage) => label === 'article' || label === 'personal data';
  const isJunk = (page: LabelledPage) => !isGood(page) && page.label !== 'near-duplicate';
  const kept = (_: LabelledPage, nth: number) => outcomes[nth]!.dropped === undefined;

  it('drops 95 % of the junk and keeps 95 % of the articles', () => {
    const junk = crawl.filter(isJunk);
    const dropped = crawl.filter((page, nth) => isJunk(page) && !kept(page, nth));
    assert.ok(dropped.length / junk.length >= 0.95, `${dropped.length} of ${junk.length}`);
    const good = crawl.filter(isGood);
    const through = crawl.filter((page, nth) => isGood(page) && kept(page, nth));
    assert.ok(through.length / good.length >= 0.95, `${through.length} of ${good.length}`);
  });
  it('keeps pages of which 95 % are no junk, and finds their text whole, but for lines that C4 drops', () => {
    const through = crawl.filter(kept);
    assert.ok(through.filter((page) => !isJunk(page)).length / through.length >= 0.95);
    for (const [nth, page] of crawl.entries()) {
      if (!isGood(page) || !kept(page, nth)) continue;
      const verdict = c4Quality().judge({ id: page.url, text: page.text, metadata: {} });
      const text = verdict.keep ? verdict.document!.text : '';
      assert.ok(phraseSimilarity(outcomes[nth]!.document.text, text) > 0.9, page.url);
    }
  });
  it('finds adult addresses by the address alone and other languages by the language alone', () => {
    const droppedBy = (wanted: string) =>
      crawl.flatMap(({ label }, nth) => (label === wanted ? [outcomes[nth]!.dropped?.filter] : []));
    assert.deepEqual(droppedBy('adult address'), Array(20).fill('URL'));
    assert.deepEqual(droppedBy('foreign language'), Array(40).fill('language'));
  });
});

describe('near-duplicates of a known similarity', () => {
  const sign = minHasher();
  const pairs = duplicates.map(({ text, original, similarity }) => {
    const signatures = [sign(of(original).text)!, sign(text)!] as const;
    return { similarity: similarity!, signatures, isFound: nearDuplicateClusters(signatures)[1] === 0 };
  });
  it('are found from a similarity of 0.8 up, nine of ten at least, and seldom below 0.6', () => {
    const share = (some: typeof pairs) => some.filter(({ isFound }) => isFound).length / some.length;
    assert.ok(share(pairs.filter(({ similarity }) => similarity >= 0.8)) >= 0.9);
    assert.ok(share(pairs.filter(({ similarity }) => similarity < 0.6)) <= 0.25);
  });
  it('have a similarity that two signatures tell to 0.04 or so', () => {
    const errors = pairs.map(({ similarity, signatures: [a, b] }) => minHashSimilarity(a, b) - similarity);
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    assert.ok(rms < 0.05, `root mean square ${rms}`);
  });
});
