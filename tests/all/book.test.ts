/** The whole book, as `npm run book` makes it, and as a reader opens it: from a disk, in Chromium. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Parser } from 'htmlparser2';
import type { Browser } from 'playwright-core';
import { findChapters } from '../../src/workbook/chapters.js';
import { readNotebook } from '../../src/workbook/notebook.js';
import { plan } from '../../src/workbook/plan.js';
import {
  axeProblems,
  emptyPictures,
  listenTo,
  movesOf,
  openFolds,
  seeFigures,
  startBrowser,
  watchMoves,
  widthTooMuch,
} from '../workbook/book/browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const book = mkdtempSync(join(tmpdir(), 'book-'));
after(() => rmSync(book, { recursive: true }));

before(() => {
  const args = ['scripts/bootstrap.mjs', 'scripts/book.mjs', book];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /warning|error/, 'TypeDoc understands every comment');
});

const chapterPages = () => readdirSync(book).filter((file) => file.endsWith('.html'));
const read = (file: string) => readFileSync(join(book, file), 'utf8');

/** What a page can be linked at, and where it links to. */
function linksOf(html: string): { readonly ids: ReadonlySet<string>; readonly targets: readonly string[] } {
  const ids = new Set<string>();
  const targets: string[] = [];
  const parser = new Parser({
    onopentag: (_, { id, name, href, src, 'data-figure': figure }) => {
      for (const own of [id, name]) if (own !== undefined) ids.add(own);
      for (const target of [href, src, figure]) if (target !== undefined) targets.push(target);
    },
  });
  parser.end(html);
  return { ids, targets };
}

/** What a reader would stumble over on a page, in light, in the dark, and on a phone. */
async function problemsOf(browser: Browser, name: string): Promise<string[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const problems = listenTo(page);
  await watchMoves(page);
  await page.goto(pathToFileURL(join(book, name)).href);
  const atFirst = await movesOf(page);
  await openFolds(page);
  await movesOf(page); // what is opened makes room for itself
  problems.push(...(await seeFigures(page)), ...(await emptyPictures(page)));
  const moves = atFirst + (await movesOf(page));
  if (moves > 0.01) problems.push(`moves by ${moves} while it loads`);
  problems.push(...(await axeProblems(page)));
  await page.emulateMedia({ colorScheme: 'dark' });
  problems.push(...(await axeProblems(page)));
  await page.setViewportSize({ width: 390, height: 844 });
  problems.push(...(await seeFigures(page)));
  const tooMuch = await widthTooMuch(page);
  if (tooMuch > 0) problems.push(`wider than a phone by ${tooMuch} pixels`);
  await page.close();
  return problems;
}

describe('npm run book', () => {
  it('has a page for each notebook and each file of docs/, and a cover that lists every chapter', () => {
    const chapters = chapterPages().filter((file) => !file.startsWith('guide-'));
    assert.deepEqual(
      chapters.sort(),
      [...findChapters([]).map(({ name }) => `${name}.html`), 'index.html'].sort(),
    );
    const cover = read('index.html');
    for (const { title, sentence } of plan)
      for (const text of [title, sentence]) assert.ok(cover.replaceAll('&#39;', "'").includes(text), text);
    assert.doesNotMatch(cover, /not run yet/);
  });

  it('has the planned figure of each chapter', () => {
    for (const { name, figure } of plan.filter(({ minutes }) => minutes !== undefined)) {
      assert.ok(figure, name);
      const titles = [...read(`${name}.html`).matchAll(/<figcaption>(.*?)<\/figcaption>/g)].map(
        ([, title]) => title,
      );
      assert.ok(
        titles.some((title) => title?.includes(figure)),
        `${name} has no figure "${figure}"`,
      );
    }
  });

  it('gives a page in less than 300 KB before its figures', () => {
    const shared = ['book.css', 'book.js'].map((file) => statSync(join(book, 'assets', file)).size);
    for (const file of chapterPages()) {
      const size = statSync(join(book, file)).size + shared[0]! + shared[1]!;
      assert.ok(size < 300_000, `${file} with style and script has ${size} bytes`);
    }
  });

  it('has no dead link and no dead anchor, in the chapters, the documentation and the sources', () => {
    const files = readdirSync(book, { recursive: true, encoding: 'utf8' });
    const there = new Set(files.map((file) => file.replaceAll('\\', '/')));
    const pages = new Map(
      [...there].filter((file) => file.endsWith('.html')).map((file) => [file, linksOf(read(file))]),
    );
    const dead = [...pages].flatMap(([page, { targets }]) =>
      targets.flatMap((target) => {
        if (/^(https?|data|mailto):/.test(target)) return [];
        const [path = '', anchor] = target.split('#');
        const file = path
          ? relative('.', join(dirname(page), decodeURIComponent(path))).replaceAll('\\', '/')
          : page;
        if (!there.has(file)) return [`${page}: ${target}`];
        const isIcon = /^icon-/.test(anchor ?? ''); // TypeDoc's script brings them
        const ids = pages.get(file)?.ids;
        return !anchor || isIcon || !ids || ids.has(decodeURIComponent(anchor)) ? [] : [`${page}: ${target}`];
      }),
    );
    assert.deepEqual(dead.slice(0, 20), []);
    assert.ok(pages.size > 500, 'documentation and sources are there');
  });

  it('links every name that a chapter imports from the library to its documentation', () => {
    for (const { name, path } of findChapters([])) {
      const { targets } = linksOf(read(`${name}.html`));
      const documented = new Set(targets.map((target) => /^api\/\w+\/\w+\.(\w+)\.html$/.exec(target)?.[1]));
      const code = readNotebook(path).cells.flatMap(({ cell_type, source }) =>
        cell_type === 'code' ? [source] : [],
      );
      const imports = code.join('\n').matchAll(/import (?:type )?\{([^}]*)\} from 'llm-workbook[^']*'/g);
      const names = [...imports].flatMap(
        ([, list = '']) => list.match(/(?<!\bas )\b(?!type\b|as\b)\w+/g) ?? [],
      );
      assert.ok(names.length > 5, name);
      assert.deepEqual(
        names.filter((one) => !documented.has(one)),
        [],
        name,
      );
    }
  });

  it('is whole in a browser: every figure is drawn, nothing moves, fails, is too wide or cannot be read', {
    timeout: 1_500_000,
  }, async () => {
    const browser = await startBrowser();
    if (!browser) return;
    try {
      const names = chapterPages();
      const look = async () => {
        for (let name = names.pop(); name !== undefined; name = names.pop())
          assert.deepEqual(await problemsOf(browser, name), [], name);
      };
      await Promise.all([look(), look()]);
    } finally {
      await browser.close();
    }
  });

  it('has documentation and sources that open from a disk without a complaint', {
    timeout: 300_000,
  }, async () => {
    const browser = await startBrowser();
    if (!browser) return;
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      const problems = listenTo(page);
      for (const file of [
        'index',
        'functions/tokenizer.trainBpe',
        'interfaces/model.GptParams',
        'modules/data_samples',
      ]) {
        await page.goto(pathToFileURL(join(book, 'api', `${file}.html`)).href);
        assert.equal(await widthTooMuch(page), 0, file);
      }
      await page.goto(pathToFileURL(join(book, 'api/functions/tokenizer.trainBpe.html')).href);
      await page.locator('a[href*="/source/"]').first().click();
      assert.match(page.url(), /source\/src\/tokenizer\/trainBpe\.ts\.html#L\d+$/);
      problems.push(...(await axeProblems(page)));
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  });
});
