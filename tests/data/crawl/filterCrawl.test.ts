import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { filterCrawl, readCrawlManifest } from '../../../dist/data/crawl/filterCrawl.js';
import { sha256Of } from '../../../src/data/crawl/crawlFile.js';
import { dropNearDuplicates, nearDuplicates } from '../../../src/data/dedup/nearDuplicates.js';
import type { Document } from '../../../src/data/document.js';
import { anonymizer } from '../../../src/data/filters/anonymization.js';
import { finewebFilters } from '../../../src/data/filters/fineweb.js';
import { funnelOf } from '../../../src/data/funnel.js';
import { type Outcome, runPipeline } from '../../../src/data/pipeline.js';
import { readWarc } from '../../../src/data/readers/readWarc.js';
import type { LabelledPage } from '../../../src/data/samples/labelledCrawl.js';
import {
  crawlConfig,
  documentsOf,
  partsIn,
  resultOf,
  runWhole,
  temporaryFolder,
  writeCrawl,
} from './crawl.js';

const folder = temporaryFolder('run');
const alone = join(folder, 'alone');
/** For what does not depend on the language: its model takes longer to load than a small crawl to filter. */
const anyLanguage = { config: { ...crawlConfig, language: false }, workers: 1 } as const;
let paths: readonly string[];
let pages: readonly LabelledPage[];

before(async () => {
  ({ paths, pages } = await writeCrawl(join(folder, 'crawl'), { pages: 150, files: 3 }));
  await runWhole(paths, alone, { workers: 1 });
});

/** The same with the functions that hold everything in memory. */
async function inMemory() {
  const filters = await finewebFilters({ url: crawlConfig.url });
  async function* all() {
    for (const path of paths) yield* readWarc(path);
  }
  const outcomes: Outcome[] = [];
  for await (const outcome of dropNearDuplicates(runPipeline(all(), filters))) outcomes.push(outcome);
  const kept = outcomes.filter(({ dropped }) => !dropped).map(({ document }) => document);
  return { kept, funnel: await funnelOf([...filters, nearDuplicates], outcomes) };
}

describe('filterCrawl()', () => {
  it('keeps what the pipeline in memory keeps, for the same reasons, in the same order', async () => {
    const { kept, funnel } = await inMemory();
    const bare = ({ id, url, metadata }: Document) => ({ id, url, metadata });
    assert.deepEqual(documentsOf(alone).map(bare), kept.map(bare));
    const { stages, shards } = readCrawlManifest(alone);
    assert.deepEqual(stages.slice(0, -1), funnel);
    assert.ok(shards.length > 3 && kept.length > 60, 'the crawl is too small to show anything');
    let nth = 0;
    for (const { path, documents } of shards) {
      const anonymize = anonymizer(); // begins anew in each shard
      const texts = kept.slice(nth, nth + documents).map(({ text }) => anonymize(text));
      const own = documentsOf(alone).slice(nth, nth + documents);
      assert.deepEqual(
        own.map(({ text }) => text),
        texts,
        path,
      );
      nth += documents;
    }
    assert.equal(nth, kept.length);
  });

  it('leaves no address of a person in the texts', () => {
    const personal = pages.flatMap((page) => page.personal ?? []);
    const texts = documentsOf(alone)
      .map(({ text }) => text)
      .join('\n');
    assert.ok(personal.length > 10);
    assert.deepEqual(
      personal.filter((address) => texts.includes(address)),
      [],
    );
  });

  it('writes a manifest that its files agree with', async () => {
    const { inputs, shards } = readCrawlManifest(alone);
    for (const [nth, { path, sha256, documents }] of inputs.entries()) {
      assert.equal(path, paths[nth]);
      assert.equal(sha256, await sha256Of(path));
      assert.equal(documents, 50);
    }
    const named = shards.map(({ path }) => path.replace('shards/', ''));
    assert.deepEqual(named, readdirSync(join(alone, 'shards')).sort());
    for (const { path, sha256, bytes } of shards) {
      assert.equal(sha256, await sha256Of(join(alone, path)));
      assert.equal(bytes, readFileSync(join(alone, path)).length);
    }
  });

  it('gives the same bytes with more threads', async () => {
    const out = join(folder, 'threads');
    await runWhole(paths, out, { workers: 2 });
    assert.deepEqual(resultOf(out), resultOf(alone));
  });

  it('goes on where it was stopped, with the same bytes, and does nothing when all is done', async () => {
    const out = join(folder, 'stopped');
    const ends: string[] = [];
    for (const [last, step] of [
      ['filter', 2],
      ['buckets', 5],
      ['', 0],
    ] as const) {
      const stop = new AbortController();
      try {
        let steps = 0;
        const options = { config: crawlConfig, workers: 2, signal: stop.signal };
        for await (const { stage } of filterCrawl(paths, out, options))
          if (stage === last && ++steps === step) stop.abort();
        ends.push('done');
      } catch (error) {
        ends.push((error as Error).name);
      }
      assert.deepEqual(partsIn(out), []);
    }
    assert.deepEqual(ends, ['AbortError', 'AbortError', 'done']);
    assert.deepEqual(resultOf(out), resultOf(alone));
    rmSync(join(out, 'work'), { recursive: true });
    for await (const progress of filterCrawl(paths, out, { config: crawlConfig }))
      assert.fail(progress.stage);
  });

  it('ends when its reader does, and leaves nothing half-written', async () => {
    const out = join(folder, 'left');
    for await (const { stage } of filterCrawl(paths, out, anyLanguage)) {
      assert.equal(stage, 'filter');
      break;
    }
    assert.deepEqual(partsIn(out), []);
  });

  it('counts and lists what is damaged, and reads on', async () => {
    const damaged = join(folder, 'damaged.warc.gz');
    const bytes = readFileSync(paths[0]!);
    let sixth = 0; // record, which is the fifth page
    for (let nth = 0; nth < 5; nth++) sixth = bytes.indexOf(Buffer.of(0x1f, 0x8b, 0x08), sixth + 1);
    bytes.fill(0xee, sixth + 40, sixth + 60);
    writeFileSync(damaged, bytes);
    const strange = join(folder, 'strange.warc');
    writeFileSync(strange, 'This is no archive.\n'.repeat(1000));
    const out = join(folder, 'damaged');
    await runWhole([damaged, strange, paths[1]!], out, anyLanguage);
    const { inputs, problems } = readCrawlManifest(out);
    assert.deepEqual(
      inputs.map(({ documents, problems: count }) => [documents, count]),
      [
        [49, 1],
        [0, 1],
        [50, 0],
      ],
    );
    assert.deepEqual(
      problems.map(({ file, record }) => [file, record]),
      [
        [damaged, 6],
        [strange, 0],
      ],
    );
    assert.match(problems[0]!.message, /damaged\.warc\.gz, record 6: its compressed bytes are damaged/);
    assert.match(problems[1]!.message, /strange\.warc: expected a \.warc or \.warc\.gz file/);
  });

  it('takes documents that are text as they are', async () => {
    const texts = join(folder, 'texts.jsonl');
    const lines = pages
      .filter(({ label }) => label === 'article')
      .slice(0, 5)
      .map(({ text, url }, nth) => JSON.stringify({ id: `t${nth}`, text, url }));
    writeFileSync(texts, [...lines, '{"id": "broken"'].join('\n'));
    const out = join(folder, 'texts');
    await runWhole([texts], out, { workers: 1 });
    const { stages, inputs } = readCrawlManifest(out);
    assert.deepEqual(
      documentsOf(out).map(({ id }) => id),
      ['t0', 't1', 't2', 't3', 't4'],
    );
    assert.deepEqual(
      stages.map(({ documentsOut }) => documentsOut),
      Array(9).fill(5),
    );
    assert.equal(inputs[0]!.problems, 1);
  });

  it('gives no two documents one id, though their files have one name', async () => {
    const off = { language: false, gopherRepetition: false, gopherQuality: false, c4Quality: false } as const;
    const config = { ...off, url: false, extraction: false, finewebQuality: false, minHash: false } as const;
    const inputs = ['a/x/p.jsonl', 'a/y/p.jsonl', 'b/x/p.jsonl', 'b/q.jsonl'].map((name) =>
      join(folder, 'alike', name),
    );
    for (const path of inputs) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '{"text":"The whale."}\n{"text":"The sea.","id":"own"}\n');
    }
    const out = join(folder, 'out-alike');
    await runWhole(inputs, out, { workers: 1, config });
    const ids = documentsOf(out).map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id) => id !== 'own'),
      ['a/x/p.jsonl#1', 'a/y/p.jsonl#1', 'b/x/p.jsonl#1', 'q.jsonl#1'],
    );
  });

  it('leaves out the stages that are switched off', async () => {
    const out = join(folder, 'off');
    const config = { ...crawlConfig, language: false, minHash: false, anonymization: false } as const;
    await runWhole([paths[0]!], out, { config, workers: 1 });
    assert.deepEqual(
      readCrawlManifest(out).stages.map(({ filter }) => filter),
      ['URL', 'extraction', 'Gopher repetition', 'Gopher quality', 'C4 quality', 'FineWeb quality'],
    );
  });

  it('ends in an error where it read nothing, with a damaged record of the many', async () => {
    const lines = join(folder, 'content.jsonl');
    writeFileSync(lines, '{"content": "a whale"}\n'.repeat(300));
    const out = join(folder, 'nothing');
    const message =
      /^Cannot filter a crawl into .*nothing: no document was read from its inputs, but 300 damaged records in their place, such as: .*content\.jsonl, line 1: /;
    await assert.rejects(runWhole([lines], out, anyLanguage), { message });
    await assert.rejects(runWhole([lines], out, anyLanguage), { message }, 'started again');
    const mixed = join(folder, 'nothing but');
    await runWhole([lines, paths[0]!], mixed, anyLanguage);
    assert.equal(readCrawlManifest(mixed).inputs[0]!.problems, 300);
  });

  describe('refuses, in one sentence,', () => {
    it('to go on with other parameters or other inputs, and starts anew where it is told to', async () => {
      const copy = join(folder, 'copy.warc.gz');
      copyFileSync(paths[0]!, copy);
      const own = join(folder, 'anew');
      const { config } = anyLanguage;
      await runWhole([copy], own, anyLanguage);
      const shardDocuments = 41;
      await assert.rejects(runWhole([copy], own, { config: { ...config, shardDocuments } }), {
        message: `Cannot go on with the run in ${own}: option shardDocuments was 40, not 41; start anew with --overwrite or in another folder`,
      });
      await assert.rejects(
        runWhole([copy], own, { config: { ...config, gopherQuality: { minWords: 10 } } }),
        { message: /option gopherQuality\.minWords was 50, not 10;/ },
      );
      await assert.rejects(runWhole([copy, paths[1]!], own, anyLanguage), {
        message: /with 1 inputs, not 2;/,
      });
      utimesSync(copy, 1, 1);
      await assert.rejects(runWhole([copy], own, anyLanguage), {
        message: /copy\.warc\.gz was changed since it began;/,
      });
      await runWhole([copy], own, { ...anyLanguage, overwrite: true });
      assert.equal(readCrawlManifest(own).inputs[0]!.documents, 50);
    });

    it('what it does not know', async () => {
      const refused = (config: object, message: string | RegExp) =>
        assert.rejects(runWhole(paths, join(folder, 'refused'), { config }), { name: 'TypeError', message });
      await refused(
        { language: { lang: 'de' } },
        'Cannot use option "language.lang": expected one of language, minScore',
      );
      await refused(
        { dedup: false },
        /^Cannot use option "dedup": expected one of shardDocuments, format, read, url, extraction/,
      );
      await refused(
        { gopherQuality: { minWords: '50' } },
        'Cannot use option "gopherQuality.minWords": expected a number, got "50"',
      );
      await refused(
        { c4Quality: { policyPhrases: [1] } },
        'Cannot use option "c4Quality.policyPhrases": expected a list of texts, got [1]',
      );
      await refused({ minHash: 3 }, 'Cannot use option "minHash": expected an object, got 3');
    });

    it('inputs that are missing, named twice, or of no known kind', async () => {
      const refused = (inputs: readonly string[], message: RegExp) =>
        assert.rejects(runWhole(inputs, join(folder, 'refused')), { message });
      await refused([], /^Cannot start a run: no input is named$/);
      await refused([join(folder, 'no.warc')], /^Cannot read input .*no\.warc: ENOENT/);
      await refused([paths[0]!, paths[0]!], /^Cannot start a run: .*crawl-0\.warc\.gz is named twice$/);
      await refused([join(folder, 'a.doc')], /^Cannot read .*a\.doc: expected a name that ends in \.warc/);
    });

    it('a stage that has to wait for others, and a rank that is none', async () => {
      const out = join(folder, 'early');
      const part = { ...anyLanguage, tasks: 3, rank: 0 };
      await runWhole(paths, out, { ...part, stage: 'filter' });
      await assert.rejects(runWhole(paths, out, { ...part, stage: 'buckets' }), {
        message: `Cannot do stage buckets in ${out}: stage filter is not done`,
      });
      await assert.rejects(runWhole(paths, out, { tasks: 3, rank: 3 }), {
        message: 'Cannot start rank 3: expected a whole number from 0 to 2',
      });
    });
  });
});
