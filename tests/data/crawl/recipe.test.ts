// What a run can be told beside FineWeb's parameters: fields, ids, files of its own, the form of its shards.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCrawlManifest } from '../../../dist/data/crawl/filterCrawl.js';
import { sha256Of } from '../../../src/data/crawl/crawlFile.js';
import type { Document } from '../../../src/data/document.js';
import { trainQuality } from '../../../src/data/quality/qualityClassifier.js';
import { saveQuality } from '../../../src/data/quality/qualityFile.js';
import { readDocuments } from '../../../src/data/readers/readDocuments.js';
import { writeJsonl } from '../../../src/data/readers/writeJsonl.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import { all } from '../readers/files.js';
import { documentsOf, noStages, resultOf, runWhole, temporaryFolder } from './crawl.js';

const folder = temporaryFolder('recipe');
const at = (name: string): string => join(folder, name);
const rows = Array.from({ length: 40 }, (_, nth) => ({
  page: { body: `The whale number ${nth}, seen from the mast of the Pequod.` },
  key: nth,
  year: 1851,
}));
const read = { textField: 'page.body', idField: 'key' };

describe('filterCrawl()', () => {
  it('reads fields of other names, and writes parquet that reads back as the same documents', async () => {
    await writeJsonl(at('rows.jsonl.gz'), rows);
    await runWhole([at('rows.jsonl.gz')], at('lines'), { config: { ...noStages, read }, workers: 1 });
    const config = { ...noStages, read, format: 'parquet' } as const;
    await runWhole([at('rows.jsonl.gz')], at('columns'), { config, workers: 1 });
    const names = readdirSync(at('columns/shards')).sort();
    assert.deepEqual(names, ['00000-0000.parquet', '00000-0001.parquet', '00000-0002.parquet']);
    const found: Document[] = [];
    for (const name of names) found.push(...(await all(readDocuments(join(at('columns/shards'), name)))));
    assert.deepEqual(found, documentsOf(at('lines')));
    assert.deepEqual(found[7], { id: '7', text: rows[7]!.page.body, metadata: { year: 1851 } });
    for (const { path, sha256 } of readCrawlManifest(at('columns')).shards)
      assert.equal(sha256, await sha256Of(join(at('columns'), path)));
    await runWhole([at('rows.jsonl.gz')], at('again'), { config, workers: 2 });
    assert.deepEqual(resultOf(at('again')), resultOf(at('columns')));
  });

  it('calls the pages of an archive by the ids of their records, where it is told to', async () => {
    await writeWarc(at('a.warc'), [{ url: 'https://a.example/', html: '<p>Hi</p>' }]);
    await runWhole([at('a.warc')], at('ids'), {
      config: { ...noStages, read: { ids: 'record' } },
      workers: 1,
    });
    const [{ id, metadata } = { id: '', metadata: {} }] = documentsOf(at('ids'));
    assert.match(id, /^<urn:uuid:/);
    assert.equal(id, metadata.recordId);
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

  it('refuses to go on with a run of an older form, in one sentence, unless it is done', async () => {
    const [input, out] = [at('rows.jsonl.gz'), at('older')];
    const config = { ...noStages, read };
    await runWhole([input], out, { config, workers: 1, tasks: 2, rank: 0, stage: 'filter' });
    const plan = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'));
    delete plan.parameters.read;
    writeFileSync(join(out, 'plan.json'), JSON.stringify(plan));
    const message = `Cannot go on with the run in ${out}: it was begun by an older form of the library; start anew with --overwrite or in another folder`;
    await assert.rejects(runWhole([input], out, { config }), { message });
    for (const done of [false, true]) {
      if (done) writeFileSync(join(out, 'manifest.json'), '{}');
      const resumed = runWhole([], out, { config: undefined as never });
      await (done ? resumed : assert.rejects(resumed, { message }));
    }
  });

  it('refuses names of files and choices that make no sense', async () => {
    const refused = (config: object, message: string) =>
      assert.rejects(runWhole([at('rows.jsonl.gz')], at('refused'), { config }), {
        name: 'TypeError',
        message,
      });
    await refused({ format: 'csv' }, 'Cannot use option "format": expected jsonl or parquet, got "csv"');
    await refused(
      { read: { ids: 'own' } },
      'Cannot use option "read.ids": expected file or record, got "own"',
    );
    await refused({ read: false }, 'Cannot use option "read": expected an object, got false');
    await refused(
      { learnedQuality: {} },
      'Cannot use option "learnedQuality.model": expected the path of a model, got ""',
    );
    await refused(
      { languages: { de: { minScore: 'high' } } },
      'Cannot use option "languages.de.minScore": expected a number, got "high"',
    );
  });
});
