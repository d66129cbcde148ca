import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { writeBook } from '../../src/workbook/book/book.js';
import type { Cell, Notebook, Output } from '../../src/workbook/notebook.js';
import {
  axeProblems,
  emptyPictures,
  listenTo,
  seeFigures,
  startBrowser,
  widthTooMuch,
} from '../workbook/book/browser.js';

const markdown = (source: string): Cell => ({ cell_type: 'markdown', id: 'm', metadata: {}, source });

function code(source: string, ...data: object[]): Cell {
  const outputs = data.map(
    (bundle) => ({ output_type: 'display_data', data: bundle, metadata: {} }) as Output,
  );
  return { cell_type: 'code', id: 'c', metadata: {}, source, execution_count: 1, outputs };
}

// The smallest PNG: one transparent pixel.
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const figure = (type: string) => ({
  'image/png': png,
  'application/vnd.plotly.v1+json': {
    data: [{ type, name: 'GPT', x: [1, 2, 3], y: [5, 3, 2] }],
    layout: { title: { text: `Loss as ${type}` }, width: 640, height: 400 },
  },
});
const filler = Array.from({ length: 60 }, (_, nth) => `Line ${nth} of a long text.`).join('\n\n');
const chapter: Notebook = {
  cells: [
    markdown('# Attention\n\nA text.\n\n```sh\nnpm start\n```'),
    code('const loss = 1;', figure('scatter')),
    markdown(`## Heads that copy (注意力头)\n\n${filler}\n\nA needle in the haystack.`),
    code('show();', figure('bar'), { 'text/plain': 'wide '.repeat(400) }),
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

describe('a page of the book in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'book-'));
  let browser: Browser | undefined;
  before(async () => {
    writeBook(folder, [
      { name: '04', notebook: chapter },
      { name: '05', notebook: { ...chapter, cells: [] } },
    ]);
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the chapter from the disk, does something there, and expects that the page complains of nothing. */
  const onPage = async (
    work: (page: Page) => Promise<void>,
    options = {},
    url = pathToFileURL(folder).href,
  ) => {
    const page = await browser?.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    if (!page) return;
    const problems = listenTo(page);
    await page.goto(`${url}/04.html`);
    await work(page);
    assert.deepEqual(problems, []);
    await page.close();
  };

  it('loads Plotly once, with the first figure that comes near, and draws each in its place', () =>
    onPage(async (page) => {
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url().replace(/^.*\//, '')));
      const far = page.locator('.plot').nth(1);
      await page.locator('.plot.drawn').first().waitFor();
      assert.equal(await far.locator('.drawing').count(), 0);
      const before = await far.boundingBox();
      assert.deepEqual(await seeFigures(page), []);
      const after = await far.boundingBox();
      assert.deepEqual([after?.width, after?.height], [before?.width, before?.height]);
      assert.ok(asked.filter((file) => file === 'plotly.min.js').length <= 1);
      assert.ok(asked.includes('2.js'), 'the second figure comes when it is near');
    }));

  it('shows pictures where no script runs, and on paper', async () => {
    await onPage(
      async (page) => {
        assert.deepEqual(await page.locator('.plot img').count(), 2);
        assert.ok(await page.locator('.plot img').first().isVisible());
        assert.equal(await page.locator('button:visible').count(), 0);
      },
      { javaScriptEnabled: false },
    );
    await onPage(async (page) => {
      await seeFigures(page);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.drawing:visible').count(), 0);
      assert.equal(
        await page
          .locator('.plot img')
          .first()
          .evaluate((image) => getComputedStyle(image).opacity),
        '1',
      );
    });
  });

  it('finds words below their headings, Chinese ones too, and goes there', () =>
    onPage(async (page) => {
      await page.keyboard.press('/');
      await page.locator('#sought').fill('needle haystack');
      const first = page.locator('.results a').first();
      assert.match((await first.textContent()) ?? '', /^Heads that copy/);
      assert.match(
        (await page.locator('.results li').first().textContent()) ?? '',
        /A needle in the haystack/,
      );
      await page.locator('#sought').fill('注意力');
      await page.getByText('1 place', { exact: true }).waitFor();
      await page.locator('#sought').fill('nothingofthiskind');
      await page.getByText('Nothing found.').waitFor();
      await page.locator('#sought').fill('needle');
      await page.locator('mark').first().waitFor();
      await page.keyboard.press('Enter');
      assert.match(decodeURIComponent(page.url()), /04\.html#heads-that-copy-注意力头$/);
      assert.ok(!(await page.locator('dialog').isVisible()));
    }));

  it('copies code, skips to the text, and closes the list of chapters with a key', () =>
    onPage(async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the text');
      await page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { copied = text } } })",
      );
      const copied = () => page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
      await page.locator('.source .copy').first().click();
      assert.equal(await copied(), 'const loss = 1;');
      await page.locator('.code .copy').first().click();
      assert.equal(await copied(), 'npm start');
      await page.locator('.menu summary').click();
      assert.ok(await page.getByRole('link', { name: '05' }).first().isVisible());
      await page.keyboard.press('Escape');
      assert.ok(!(await page.locator('.menu ol').isVisible()));
    }));

  it('fits a phone, and axe-core finds nothing serious in light and dark', () =>
    onPage(
      async (page) => {
        assert.deepEqual(await seeFigures(page), []);
        assert.deepEqual(await emptyPictures(page), []);
        assert.equal(await widthTooMuch(page), 0);
        assert.deepEqual(await axeProblems(page), []);
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.deepEqual(await axeProblems(page), []);
      },
      { viewport: { width: 390, height: 844 } },
    ));

  it('is the same from a server', async () => {
    const types: { readonly [ending: string]: string } = {
      html: 'text/html',
      js: 'text/javascript',
      css: 'text/css',
    };
    const server = createServer(({ url = '' }, response) => {
      const file = decodeURIComponent(new URL(url, 'http://x').pathname);
      response.setHeader('content-type', types[file.replace(/^.*\./, '')] ?? 'image/png');
      response.end(readFileSync(join(folder, file)));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const look = async (page: Page) => {
        assert.deepEqual(await seeFigures(page), []);
        await page.getByRole('button', { name: 'Search' }).click();
        await page.locator('#sought').fill('needle');
        await page.locator('.results a').first().waitFor();
      };
      await onPage(look, {}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
