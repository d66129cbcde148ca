/** The chat page in a headless Chromium. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { selectBackend } from '../../src/backend/select.js';
import { disposeParams } from '../../src/model/params.js';
import { type ModelServer, startServer } from '../../src/serve/index.js';
import { startBrowser } from '../workbook/book/browser.js';
import { looksRight, opened } from './pageInChromium.js';
import { type TinyModel, textAlone, tinyModel } from './tinyModel.js';

const browser = await startBrowser();
if (browser)
  describe('the chat page', () => {
    let model: TinyModel;
    let server: ModelServer;
    before(async () => {
      await selectBackend({ name: 'wasm' });
      model = tinyModel();
      const { template: _, ...mute } = model;
      server = await startServer([model, { ...mute, name: 'mute' }], { port: 0 });
    });
    after(async () => {
      await browser.close();
      await server.close();
      disposeParams(model.params);
    });

    const onPage = (isDark: boolean, test: (page: Page) => Promise<void>) =>
      opened(browser, { url: server.url, isDark }, async (page) => {
        await page.waitForSelector('option', { state: 'attached' });
        await test(page);
      });
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
        onPage(dark, async (page) => {
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
          await looksRight(page);
        }));

    it('a model without a template goes on with texts; the stop button ends an answer; what is refused is said', () =>
      onPage(false, async (page) => {
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
