import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { filterCrawl, readCrawlManifest } from '../../dist/data/crawl/filterCrawl.js';
import type { LabelledPage } from '../../src/data/samples/labelledCrawl.js';
import {
  crawlConfig,
  documentsOf,
  resultOf,
  runWhole,
  temporaryFolder,
  writeCrawl,
} from '../data/crawl/crawl.js';

const folder = temporaryFolder('own');
const module = join(folder, 'mine.ts');
const config = { ...crawlConfig, language: false, minHash: false, anonymization: false } as const;
let paths: readonly string[];
let pages: readonly LabelledPage[];

/** TypeScript that only TypeScript can read, with a helper of its own beside it. */
const source = `import { hasEvenLength } from './even.ts';
interface Page { readonly text: string; readonly url?: string }
enum Why { Odd = 'of odd length' }
export default async () => [{
  name: 'even',
  judge: ({ text }: Page) => (hasEvenLength(text) ? { keep: true } : { keep: false, reason: Why.Odd as string }),
}];
`;

before(async () => {
  ({ paths, pages } = await writeCrawl(join(folder, 'crawl'), { pages: 80, files: 2 }));
  writeFileSync(
    join(folder, 'even.ts'),
    'export const hasEvenLength = (text: string) => text.length % 2 === 0;\n',
  );
  writeFileSync(module, source);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('filterCrawl() with filters of the caller’s own', () => {
  it('asks them after the built-in ones in every thread, and writes down which they were', async () => {
    await runWhole(paths, join(folder, 'plain'), { config, workers: 1 });
    await runWhole(paths, join(folder, 'one'), { config, filters: module, workers: 1 });
    await runWhole(paths, join(folder, 'two'), { config, filters: module, workers: 2 });
    assert.deepEqual(resultOf(join(folder, 'two')), resultOf(join(folder, 'one')));
    const even = documentsOf(join(folder, 'plain')).filter(({ text }) => text.length % 2 === 0);
    assert.deepEqual(documentsOf(join(folder, 'one')), even);
    const { stages, filters } = readCrawlManifest(join(folder, 'one'));
    assert.equal(filters?.path, module);
    assert.deepEqual(
      stages.slice(-2).map(({ filter }) => filter),
      ['FineWeb quality', 'even'],
    );
    assert.equal(stages.at(-1)!.reasons[0]!.reason, 'of odd length');
    assert.ok(even.length > 10 && even.length < stages.at(-1)!.documentsIn);
  });

  it('asks them before extraction where told to, of pages as they came', async () => {
    const html = join(folder, 'html.js');
    writeFileSync(
      html,
      `export const filters = [{ name: 'table', judge: ({ text }) => text.includes('<table>') ? { keep: false, reason: 'a table' } : { keep: true } }];`,
    );
    const out = join(folder, 'first');
    await runWhole(paths, out, { config: { ...config, url: false }, filters: html, filtersFirst: true });
    const { stages } = readCrawlManifest(out);
    const tables = pages.filter((page) => page.html.includes('<table>')).length;
    assert.equal(stages[0]!.filter, 'table');
    assert.deepEqual(stages[0]!.reasons, [{ reason: 'a table', documents: tables }]);
  });

  it('goes on after it was stopped with the same bytes, and refuses to where the module was changed', async () => {
    const out = join(folder, 'stopped');
    const stop = new AbortController();
    const options = { config, filters: module, workers: 1, signal: stop.signal };
    await assert.rejects(
      async () => {
        for await (const { stage } of filterCrawl(paths, out, options)) if (stage) stop.abort();
      },
      { name: 'AbortError' },
    );
    writeFileSync(module, `${source}// changed\n`);
    const changed = { message: /the filters .*mine\.ts were changed since (it|the run) began; start anew/ };
    await assert.rejects(runWhole(paths, out, { config, filters: module }), changed);
    await assert.rejects(async () => {
      for await (const _ of filterCrawl([], out)) void _;
    }, changed);
    await assert.rejects(runWhole(paths, out, { config }), {
      message: /it was begun with the filters .*mine\.ts, not without them; start anew/,
    });
    writeFileSync(module, source);
    for await (const _ of filterCrawl([], out, { workers: 1 })) void _;
    assert.deepEqual(resultOf(out), resultOf(join(folder, 'one')));
  });

  it('loses the document that a filter throws on, or gives no verdict on, and says so', async () => {
    const faulty = join(folder, 'faulty.mjs');
    writeFileSync(
      faulty,
      `let nth = 0;
export default [{ name: 'faulty', judge: ({ id }) => {
  if (id.endsWith('#10')) throw new Error('oh no');
  return id.endsWith('#20') ? Promise.resolve({ keep: true }) : { keep: true };
} }];`,
    );
    const out = join(folder, 'faulty');
    const texts = join(folder, 'texts.jsonl');
    const lines = Array.from({ length: 30 }, (_, nth) => JSON.stringify({ id: `t#${nth}`, text: 'whale' }));
    writeFileSync(texts, lines.join('\n'));
    const off = { gopherRepetition: false, gopherQuality: false } as const;
    const all = { ...config, ...off, c4Quality: false, finewebQuality: false } as const;
    await runWhole([texts], out, { config: all, filters: faulty, workers: 1 });
    assert.equal(documentsOf(out).length, 28);
    assert.deepEqual(
      readCrawlManifest(out).problems.map(({ record, message }) => ({ record, message })),
      [
        { record: 10, message: 'Cannot judge document "t#10" with filter "faulty": oh no' },
        {
          record: 20,
          message:
            'Cannot judge document "t#20" with filter "faulty": expected a verdict such as keep or drop(reason), not a promise or another value',
        },
      ],
    );
  });

  it('refuses a module that is none, or exports no filters, in one sentence', async () => {
    const refused = async (name: string, code: string | undefined, message: RegExp) => {
      const path = join(folder, name);
      if (code !== undefined) writeFileSync(path, code);
      await assert.rejects(runWhole(paths, join(folder, `no ${name}`), { config, filters: path }), {
        message,
      });
    };
    await refused('none.js', undefined, /^Cannot use filters .*none\.js: there is no such file$/);
    await refused('broken.mjs', 'export default [', /^Cannot use filters .*broken\.mjs: /);
    await refused(
      'empty.mjs',
      'export {}',
      /empty\.mjs: expected a default export that is a list of filters/,
    );
    await refused(
      'odd.mjs',
      'export default [{ name: 1 }]',
      /odd\.mjs: expected \{ name, judge \} as filter 1/,
    );
  });
});
