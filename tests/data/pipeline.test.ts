import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactDuplicates } from '../../src/data/dedup/exactDuplicates.js';
import type { Document } from '../../src/data/document.js';
import { extraction } from '../../src/data/extract/extraction.js';
import { drop, type Filter, keep, keepAs } from '../../src/data/filter.js';
import { finewebFilters } from '../../src/data/filters/fineweb.js';
import { funnelOf, reasonRows } from '../../src/data/funnel.js';
import { judgeAll, type Outcome, runPipeline } from '../../src/data/pipeline.js';
import { junkPages } from '../../src/data/samples/junkPages.js';
import { articlePage, pagesOfCorpus } from '../../src/data/samples/samplePages.js';

const document = (id: string, text: string): Document => ({ id, text, metadata: {} });
const noVowel: Filter = {
  name: 'vowels',
  judge: ({ text }) => (/[aeiou]/.test(text) ? keep : drop('no vowel')),
};
const shout: Filter = { name: 'shout', judge: (d) => keepAs({ ...d, text: `${d.text}!` }) };
const documents = [document('1', 'cat'), document('2', 'hmm'), document('3', 'cat'), document('4', 'horse')];

async function outcomesOf(input: readonly Document[], filters: readonly Filter[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of runPipeline(input, filters)) outcomes.push(outcome);
  return outcomes;
}

describe('runPipeline()', () => {
  it('says of every document what became of it, in order, with the changes on the way', async () => {
    const outcomes = await outcomesOf(documents, [noVowel, exactDuplicates(), shout]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.dropped?.reason ?? outcome.document.text),
      ['cat!', 'no vowel', 'same text', 'horse!'],
    );
    assert.deepEqual(outcomes[2]!.dropped, {
      filter: 'exact duplicates',
      reason: 'same text',
      detail: 'as 1',
    });
    assert.deepEqual(outcomes[0]!.characters, [3, 3, 3, 4]);
  });
  it('asks for the next document only when the caller does', async () => {
    let read = 0;
    function* endless() {
      for (;;) yield document(String(++read), 'cat');
    }
    for await (const outcome of runPipeline(endless(), [shout])) if (outcome.document.id === '5') break;
    assert.equal(read, 5);
  });
  it('gives one clear error for an empty corpus', async () => {
    await assert.rejects(outcomesOf([], [noVowel]), {
      name: 'RangeError',
      message: 'Cannot filter documents: there is none; check what the corpus was read from',
    });
  });
  it('names filter and document where a filter fails', async () => {
    const faulty: Filter = {
      name: 'faulty',
      judge: () => {
        throw new Error('oh no');
      },
    };
    await assert.rejects(outcomesOf(documents, [noVowel, faulty]), {
      message: 'Cannot judge document "1" with filter "faulty": oh no',
    });
  });
});

describe('funnelOf()', () => {
  it('loses nothing: what goes out of a stage goes into the next, and the reasons make up the difference', async () => {
    const filters = [noVowel, exactDuplicates(), shout];
    const stages = await funnelOf(filters, runPipeline(documents, filters));
    assert.equal(stages[0]!.documentsIn, documents.length);
    for (const [nth, stage] of stages.entries()) {
      const dropped = stage.reasons.reduce((sum, { documents }) => sum + documents, 0);
      assert.equal(stage.documentsIn - dropped, stage.documentsOut);
      if (nth > 0) assert.equal(stage.documentsIn, stages[nth - 1]!.documentsOut);
      if (nth > 0) assert.ok(stage.charactersIn <= stages[nth - 1]!.charactersOut);
    }
    assert.deepEqual(stages[2], {
      filter: 'shout',
      documentsIn: 2,
      documentsOut: 2,
      charactersIn: 8,
      charactersOut: 10,
      reasons: [],
    });
    assert.deepEqual(reasonRows(stages), [
      { filter: 'vowels', reason: 'no vowel', documents: 1 },
      { filter: 'exact duplicates', reason: 'same text', documents: 1 },
    ]);
  });
});

describe('exactDuplicates()', () => {
  it('keeps the first of each text and remembers nothing from one filter to the next', () => {
    for (let run = 0; run < 2; run++) {
      const filter = exactDuplicates();
      assert.deepEqual(
        documents.map((one) => filter.judge(one).keep),
        [true, true, false, true],
      );
    }
  });
  it('sees a difference of one character, and compares addresses where asked', () => {
    const filter = exactDuplicates();
    assert.ok(['cat', 'Cat', 'cat '].every((text) => filter.judge(document(text, text)).keep));
    const byUrl = exactDuplicates({ by: 'url' });
    const page = (url: string, text: string) => ({ ...document(text, text), url });
    assert.deepEqual(
      [page('https://a/', 'x'), page('https://a/', 'y'), document('z', 'z')].map(
        (one) => byUrl.judge(one).keep,
      ),
      [true, false, true],
    );
  });
  it('compares a fact of the metadata where asked, and keeps documents without it', () => {
    const byYear = exactDuplicates({ by: 'year' });
    const of = (metadata: Document['metadata']) => byYear.judge({ ...document('a', 'x'), metadata }).keep;
    assert.deepEqual(
      [of({ year: 1851 }), of({}), of({ year: 1851 }), of({}), of({ year: 1852 })],
      [...[true, true, false, true, true]],
    );
  });
});

describe("FineWeb's order of filters", async () => {
  const filters = await finewebFilters({
    url: { domains: ['adult-site.example', 'hot.free-pages.example'], bannedWords: ['casino'] },
  });
  const stageOf = (page: { url: string; html: string | Uint8Array }) => {
    const outcome = judgeAll({ id: page.url, url: page.url, text: String(page.html), metadata: {} }, filters);
    return outcome.dropped?.filter ?? 'kept';
  };
  it('drops every junk page, each at the stage made for it', () => {
    const expected: Readonly<Record<string, string>> = {
      casino: 'URL',
      'adult site': 'URL',
      'adult host': 'URL',
      German: 'language',
      Portuguese: 'language',
      Japanese: 'language',
      'PDF called HTML': 'extraction',
      'plain text called HTML': 'extraction',
      'source code': 'C4 quality',
      'filler text': 'C4 quality',
      'hash tags': 'Gopher quality',
      'nearly empty page': 'Gopher quality',
      spam: 'Gopher repetition',
      list: 'FineWeb quality',
      'cut-off teasers': 'Gopher quality',
      'table of numbers': 'language',
      'key words': 'Gopher quality',
    };
    assert.deepEqual(Object.fromEntries(junkPages().map((page) => [page.label, stageOf(page)])), expected);
  });
  it('keeps presidents and Melville, and drops the lists of facts of the Factbook', () => {
    for (const page of [...pagesOfCorpus('sotu', 5), ...pagesOfCorpus('moby-dick', 5).slice(2)])
      assert.equal(stageOf(page), 'kept');
    for (const page of pagesOfCorpus('factbook', 3)) assert.equal(stageOf(page), 'FineWeb quality');
  });
  it('finds the text of a made page again and not its menu', () => {
    const text = 'The whale dived. It came up again.\nThe men rowed < & waited.';
    const outcome = judgeAll(document('x', articlePage('A hunt', text)), [extraction()]);
    assert.equal(outcome.document.text.replace('A hunt\n', ''), text);
  });
});
