/** One of the server's pages on a phone's screen in headless Chromium. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../workbook/book/browser.js';

/** Opens a page, and fails if it complains on the console. */
export async function opened(
  browser: Browser,
  { url, isDark = false }: { readonly url: string; readonly isDark?: boolean },
  test: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 800 },
    colorScheme: isDark ? 'dark' : 'light',
    bypassCSP: true, // for axe
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await test(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

/** Fails if axe-core finds anything at all, or the page is wider than the screen. */
export async function looksRight(page: Page): Promise<void> {
  assert.deepEqual(
    (await axeViolations(page)).map(({ id, nodes }) => [id, nodes[0]?.html]),
    [],
  );
  assert.deepEqual(await page.evaluate('[document.documentElement.scrollWidth, innerWidth]'), [390, 390]);
}
