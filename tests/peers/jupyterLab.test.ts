import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type Cell, type Notebook, readNotebook, writeNotebook } from '../../src/workbook/notebook.js';
import { startBrowser } from '../workbook/book/browser.js';
import { peersPython } from './environment.js';
import { withPeers } from './python.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const minute = 60_000;

/** What is opened lies in the repository, where the chapters find the workbook's own package. */
function folderInside(): string {
  mkdirSync(join(root, 'out'), { recursive: true });
  return mkdtempSync(join(root, 'out', 'lab-'));
}

const code = (id: string, source: string): Cell => ({
  cell_type: 'code',
  id,
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

/** Chapter 02 at size smoke, with a bar of progress and an error at its end. */
function chapter(): Notebook {
  const notebook = readNotebook(join(root, 'notebooks', '02-tokenization.ipynb'));
  const cells = notebook.cells.map((cell): Cell => {
    const source = cell.source.replace("let size: Size = 'nano';", "let size: Size = 'smoke';");
    return cell.cell_type === 'code' ? { ...cell, source, outputs: [], execution_count: null } : cell;
  });
  const bar = `import { progressBar } from 'llm-workbook';
const bar = progressBar({ total: 3, unit: 'pages' });
for (let page = 1; page <= 3; page++) bar.update(page);
bar.finish();`;
  return {
    ...notebook,
    cells: [...cells, code('bar', bar), code('fails', "throw new RangeError('as it should');")],
  };
}

const loop: Notebook = {
  ...readNotebook(join(root, 'notebooks', '02-tokenization.ipynb')),
  cells: [code('loop', 'let turns = 0;\nfor (;;) turns++;'), code('after', 'turns > 0')],
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return address && typeof address === 'object' ? address.port : 0;
}

/** JupyterLab over a folder that has our kernel; ended with the tests. */
async function startLab(folder: string): Promise<{ readonly url: string; readonly lab: ChildProcess }> {
  const install = [
    join(root, 'dist', 'cli', 'main.js'),
    'kernel',
    'install',
    '--prefix',
    folder,
    '--name',
    'tslab',
  ];
  assert.equal(spawnSync(process.execPath, install).status, 0);
  const port = await freePort();
  const options = [`--ServerApp.port=${port}`, `--ServerApp.root_dir=${folder}`, '--IdentityProvider.token='];
  const flags = ['--no-browser', '--allow-root', '--expose-app-in-browser', '--ServerApp.log_level=ERROR'];
  const config = { JUPYTER_CONFIG_DIR: join(folder, 'config'), JUPYTER_DATA_DIR: join(folder, 'data') };
  const env = { ...process.env, ...config, JUPYTER_PATH: join(folder, 'share', 'jupyter') };
  const lab = spawn(peersPython()!, ['-m', 'jupyterlab', ...flags, ...options], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/api`).catch(() => undefined))?.ok) {
    assert.equal(lab.exitCode, null, 'JupyterLab has ended');
    await new Promise((done) => setTimeout(done, 200));
  }
  return { url, lab };
}

/** Opens a notebook and waits for its kernel. */
async function opened(browser: Browser, url: string, name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.setDefaultTimeout(3 * minute);
  await page.goto(`${url}/lab/tree/${name}?reset`);
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
  await page.getByText('TypeScript (workbook) | Idle').waitFor(); // earlier, JupyterLab forgets what is asked of the kernel
  return page;
}

/** Runs one of JupyterLab's own commands, as its menus and keys do. */
const run = (page: Page, command: string): Promise<unknown> =>
  page.evaluate(
    (name) => (globalThis as unknown as { jupyterapp: App }).jupyterapp.commands.execute(name),
    command,
  );

interface App {
  readonly commands: { readonly execute: (name: string) => Promise<unknown> };
}

withPeers(import.meta.filename, () => {
  describe('JupyterLab in Chromium', { timeout: 9 * minute }, () => {
    const folder = folderInside();
    let browser: Browser | undefined;
    let lab: Awaited<ReturnType<typeof startLab>>;

    before(async () => {
      browser = await startBrowser();
      writeNotebook(join(folder, 'chapter.ipynb'), chapter());
      writeNotebook(join(folder, 'loop.ipynb'), loop);
      lab = await startLab(folder);
    });
    after(async () => {
      await browser?.close();
      lab.lab.kill('SIGTERM');
      if (lab.lab.exitCode === null) await new Promise((done) => lab.lab.once('exit', done));
      rmSync(folder, { recursive: true, force: true });
    });

    it('runs a chapter: its figures are drawn, the bar is full, the error at its end is the only one', async () => {
      if (!browser) return;
      const page = await opened(browser, lab.url, 'chapter.ipynb');
      await run(page, 'notebook:run-all-cells');
      const outputs = page.locator('.jp-OutputArea-output');
      const pictures = outputs.locator('img, svg.main-svg');
      await pictures.first().scrollIntoViewIfNeeded();
      const widths = await pictures.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
      assert.ok(widths.length >= 2 && widths.every((width) => width > 300), `pictures of ${widths} pixels`);
      await page
        .getByText(/3\/3 pages/)
        .first()
        .waitFor();
      const errors = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]');
      assert.deepEqual(await errors.count(), 1);
      assert.match((await errors.textContent()) ?? '', /line 1, column 7:[\s\S]*RangeError: as it should/);
      await page.close();
    });

    it('interrupts a loop that never ends by its button, and its variables stay', async () => {
      if (!browser) return;
      const page = await opened(browser, lab.url, 'loop.ipynb');
      await page.locator('.jp-Cell').first().click();
      await page.keyboard.press('Shift+Enter');
      await page.getByText('[*]').first().waitFor();
      await page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
      await page.getByText('Interrupted').first().waitFor();
      await run(page, 'notebook:run-cell');
      assert.equal(await page.locator('.jp-OutputArea-executeResult pre').last().textContent(), 'true');
      await page.close();
    });
  });
});
