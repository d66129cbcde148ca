// What a run can be told beside FineWeb's parameters: fields, ids, files of its own, the form of its shards.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, it } from 'node:test';
import { beginRun, readCrawlManifest } from '../../../dist/data/crawl/filterCrawl.js';
import { sha256Of } from '../../../src/data/crawl/crawlFile.js';
import { crawlParameters } from '../../../src/data/crawl/parameters.js';
import type { Document } from '../../../src/data/document.js';
import { trainQuality } from '../../../src/data/quality/qualityClassifier.js';
import { saveQuality } from '../../../src/data/quality/qualityFile.js';
import { readDocuments } from '../../../src/data/readers/readDocuments.js';
import { writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { all } from '../readers/files.js';
import { documentsOf, noStages, runWhole, temporaryFolder } from './crawl.js';

const folder = temporaryFolder('recipe');
const at = (name: string): string => join(folder, name);
const rows = Array.from({ length: 40 }, (_, nth) => ({
  page: { body: `The whale number ${nth}, seen from the mast of the Pequod.` },
  key: nth,
  year: 1851,
}));
const read = { textField: 'page.body', idField: 'key' };

describe('filterCrawl()', () => {
  it('reads fields of other names, takes the ids of records, and writes parquet that reads back as the same', async () => {
    await writeJsonl(at('rows.jsonl.gz'), rows);
    await writeWarc(at('a.warc'), [{ url: 'https://a.example/', html: '<p>Hi</p>' }]);
    const inputs = [at('rows.jsonl.gz'), at('a.warc')];
    const config = { ...noStages, read: { ...read, ids: 'record' } } as const;
    await runWhole(inputs, at('lines'), { config, workers: 1 });
    await runWhole(inputs, at('columns'), { config: { ...config, format: 'parquet' }, workers: 1 });
    const expected = documentsOf(at('lines'));
    assert.deepEqual(expected[7], { id: '7', text: rows[7]!.page.body, metadata: { year: 1851 } });
    const page = expected.at(-1)!;
    assert.match(page.id, /^<urn:uuid:/);
    assert.equal(page.id, page.metadata.recordId);
    const found: Document[] = [];
    for (const { path, sha256, documents } of readCrawlManifest(at('columns')).shards) {
      const shard = join(at('columns'), path);
      const own = await all(readDocuments(shard));
      assert.deepEqual([extname(shard), sha256, documents], ['.parquet', await sha256Of(shard), own.length]);
      found.push(...own);
    }
    assert.deepEqual(found, expected);
  });

  it('asks a learned judge and texts of a test, which belong to the run: with others it is refused', async () => {
    const texts = ['whales breathe air', 'buy cheap watches now', 'how many whales does ahab see today'];
    writeFileSync(at('texts.jsonl'), texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    writeFileSync(at('test.jsonl'), '{"question":"How many whales does Ahab see?"}\n');
    const learn = (score: number) =>
      saveQuality(
        at('model.json'),
        trainQuality(
          [
            { text: texts[1]!, score },
            { text: texts[0]!, score: 5 },
          ],
          { bits: 12 },
        ),
      );
    learn(0);
    const config = {
      ...noStages,
      learnedQuality: { model: at('model.json'), minScore: 2 },
      decontamination: { file: at('test.jsonl'), fields: ['question'], n: 6 },
    };
    const run = () => runWhole([at('texts.jsonl')], at('files'), { config, workers: 1 });
    await run();
    const { stages, files, dropped } = readCrawlManifest(at('files'));
    assert.deepEqual(
      stages.map(({ filter, documentsOut }) => [filter, documentsOut]),
      [
        ['learned quality', 2],
        ['decontamination', 1],
      ],
    );
    assert.deepEqual(
      dropped.map(({ reason, examples }) => [reason, examples[0]!.text]),
      [
        ['low score', texts[1]],
        ['holds a test text', texts[2]],
      ],
    );
    assert.deepEqual(files, [
      { path: at('model.json'), sha256: await sha256Of(at('model.json')) },
      { path: at('test.jsonl'), sha256: await sha256Of(at('test.jsonl')) },
    ]);
    learn(1);
    await assert.rejects(run(), {
      message: /^Cannot go on with the run in .*model\.json was changed since it began;/,
    });
  });

  it('refuses to go on with a run of an older form, in one sentence, unless it is done', () => {
    const [input, out] = [at('rows.jsonl.gz'), at('older')];
    beginRun([input], out, {});
    const plan = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'));
    delete plan.parameters.read;
    writeFileSync(join(out, 'plan.json'), JSON.stringify(plan));
    const message = `Cannot go on with the run in ${out}: it was begun by an older form of the library; start anew with --overwrite or in another folder`;
    assert.throws(() => beginRun([input], out, {}), { message });
    assert.throws(() => beginRun([], out, {}), { message });
    writeFileSync(join(out, 'manifest.json'), '{}');
    assert.equal(beginRun([], out, {}).inputs[0]!.path, input);
  });

  it('refuses names of files and choices that make no sense', () => {
    const refused = (config: object, message: string) =>
      assert.throws(() => crawlParameters(config), { name: 'TypeError', message });
    refused({ format: 'csv' }, 'Cannot use option "format": expected jsonl or parquet, got "csv"');
    refused({ read: { ids: 'own' } }, 'Cannot use option "read.ids": expected file or record, got "own"');
    refused({ read: false }, 'Cannot use option "read": expected an object, got false');
    refused(
      { learnedQuality: {} },
      'Cannot use option "learnedQuality.model": expected the path of a model, got ""',
    );
    refused(
      { languages: { de: { minScore: 'high' } } },
      'Cannot use option "languages.de.minScore": expected a number, got "high"',
    );
  });
});
