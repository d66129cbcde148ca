/** The chat page in a headless Chromium. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { selectBackend } from '../../src/backend/select.js';
import { disposeParams } from '../../src/model/params.js';
import { type ModelServer, startServer } from '../../src/serve/index.js';
import { type TinyModel, textAlone, tinyModel } from './tinyModel.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (!executablePath) process.stdout.write('page.test.ts did not run: there is no Chromium in /usr/bin.\n');
else
  describe('the chat page', () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    let model: TinyModel;
    let server: ModelServer;
    let browser: Browser;
    before(async () => {
      await selectBackend({ name: 'wasm' });
      model = tinyModel();
      const { template: _, ...mute } = model;
      server = await startServer([model, { ...mute, name: 'mute' }], { port: 0 });
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    });
    after(async () => {
      await browser.close();
      await server.close();
      disposeParams(model.params);
    });

    /** Opens the page, and fails if it complains on the console. */
    async function opened(options: { dark?: boolean }, test: (page: Page) => Promise<void>): Promise<void> {
      const context = await browser.newContext({
        viewport: { width: 390, height: 800 },
        colorScheme: options.dark ? 'dark' : 'light',
        bypassCSP: true, // for axe
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.url);
      await page.waitForSelector('option', { state: 'attached' });
      await test(page);
      assert.deepEqual(complaints, []);
      await context.close();
    }
    async function ask(page: Page, text: string): Promise<void> {
      await page.click('summary');
      await page.fill('#seed', '3');
      await page.fill('#max_tokens', '12');
      await page.click('summary');
      await page.fill('#text', text);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#log[aria-busy=false] .note');
    }

    for (const dark of [false, true])
      it(`shows the model’s answer by its tokens, and axe-core finds nothing: ${dark ? 'dark' : 'light'}`, () =>
        opened({ dark }, async (page) => {
          await ask(page, 'Hello');
          const expected = textAlone(model, 'Hello', { maxTokens: 12, seed: 3 });
          assert.equal(await page.textContent('article.assistant .text'), expected);
          assert.equal(await page.locator('.token').count(), 12);
          await page.locator('.token').first().focus();
          await page.keyboard.press('ArrowRight');
          await page.keyboard.press('Enter');
          const rows = await page.locator('.others td').allTextContents();
          assert.ok(rows.length >= 5 && rows.every((row) => /^\d+\.\d %$/.test(row)), String(rows));
          assert.equal(await page.locator('.token[aria-pressed=true]').count(), 1);
          await page.evaluate(axe);
          const found = await page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
          );
          assert.deepEqual(found, []);
          const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
          assert.deepEqual(widths, [390, 390]);
        }));

    it('a model without a template goes on with texts; the stop button ends an answer; what is refused is said', () =>
      opened({}, async (page) => {
        await page.selectOption('#model', 'mute');
        await ask(page, 'once');
        assert.equal(await page.locator('.token').count(), 12);
        await page.click('#fresh');
        assert.equal(await page.locator('article').count(), 0);
        await page.selectOption('#model', 'tiny');
        await page.route('**/v1/chat/completions', async () => {}); // never answered
        await page.fill('#text', 'Hi');
        await page.click('#send');
        await page.click('#stop');
        await page.waitForSelector('#log[aria-busy=false] .note');
        assert.match((await page.textContent('.note >> nth=-1'))!, /stopped by you/);
        await page.unroute('**/v1/chat/completions');
        await page.route('**/v1/chat/completions', (route) =>
          route.fulfill({
            status: 200,
            contentType: 'text/event-stream',
            body: 'data: {"error":{"message":"Too much"}}\n\n',
          }),
        );
        await page.fill('#text', 'Hi');
        await page.click('#send');
        await page.waitForFunction("document.getElementById('problem').textContent === 'Too much'");
      }));
  });
