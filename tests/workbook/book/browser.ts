/** Pages of the book in headless Chromium: what a reader would stumble over. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts Chromium; where there is none, says so in a line. The caller closes it. */
export async function startBrowser(): Promise<Browser | undefined> {
  if (existsSync(program)) return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  process.stderr.write(`No Chromium at ${program} (CHROMIUM names another): no page is looked at.\n`);
  return undefined;
}

/** Takes down what a page complains of, and what it asks of a network; the list fills up as the page is used. */
export function listenTo(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => problems.push(`not loaded: ${request.url()}`));
  page.on('request', (request) => {
    if (!/^(file|data|blob):|^http:\/\/127\.0\.0\.1/.test(request.url()))
      problems.push(`asked a network: ${request.url()}`);
  });
  return problems;
}

/** Shows what is folded away. */
export const openFolds = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (const fold of document.querySelectorAll<HTMLDetailsElement>('details.fold')) fold.open = true;
    for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
  });

/** Comes to every figure until it is drawn. Returns figures that stayed pictures. */
export async function seeFigures(page: Page): Promise<string[]> {
  const count = await page.locator('.plot').count();
  const missing: string[] = [];
  for (let nth = 0; nth < count; nth++) {
    const plot = page.locator('.plot').nth(nth);
    await plot.scrollIntoViewIfNeeded();
    const drawn = page.locator('.plot').nth(nth).locator('.drawing svg.main-svg').first();
    await drawn.waitFor({ state: 'attached', timeout: 30_000 }).catch(async () => {
      missing.push(`figure ${nth + 1}: ${await plot.locator('figcaption').textContent()}`);
    });
  }
  return missing;
}

/** Pictures that are empty; those that wait for a reader to come near are loaded first. */
export function emptyPictures(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const images = [...document.querySelectorAll('img')];
    for (const image of images) image.loading = 'eager';
    await Promise.all(images.map((image) => image.decode().catch(() => {})));
    return images.filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => `empty picture: ${src}`);
  });
}

/** All that axe-core finds. */
export async function axeViolations(page: Page): Promise<AxeResult['violations']> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResult> } }).axe.run({
      resultTypes: ['violations'],
      preload: false, // it would fetch the style again, which a page from a disk may not
    }),
  );
  return violations;
}

/** What axe-core calls serious or critical. */
export async function axeProblems(page: Page): Promise<string[]> {
  return (await axeViolations(page))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} times, as ${nodes[0]?.html.slice(0, 200)}`);
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** How far the page is wider than its window, in pixels. */
export const widthTooMuch = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Notes how far things move on a page, from its first picture on. Before the page is opened. */
export async function watchMoves(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const noted = globalThis as unknown as { moves: number };
    noted.moves = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { readonly value: number }[])
        noted.moves += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The layout shift since the last call: 1 is a whole screen that moved by its height. */
export const movesOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const noted = globalThis as unknown as { moves: number };
    const { moves } = noted;
    noted.moves = 0;
    return moves;
  });
