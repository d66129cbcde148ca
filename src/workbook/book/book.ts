/**
 * Notebooks as a book of web pages: one page each, an index, and beside them one folder with the style, the script
 * and Plotly. Nothing is fetched from a network, so the book opens from a disk as well as from a server.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import { escapeHtml } from '../../core/html.js';
import { duration } from '../../core/progress.js';
import type { Notebook } from '../notebook.js';
import { plotMime } from './outputs.js';
import { documentHtml, pageHtml, titleOf } from './page.js';
import { bookScript } from './script.js';
import { bookStyle } from './style.js';

/** A notebook in a book. */
export interface BookChapter {
  /** Name of its page, and of links to it: `02-tokenization` for `02-tokenization.ipynb`. */
  readonly name: string;
  readonly notebook: Notebook;
  /** Whether its run was whole; left out if it was not run. */
  readonly ok?: boolean;
  /** How long its run took. */
  readonly seconds?: number;
  /** Why its run is not whole, in one sentence. */
  readonly problem?: string;
}

/**
 * Writes a book: `index.html`, a page for each chapter and `assets/`. Other files in the folder stay.
 *
 * @param options.title Title of the index; default `Workbook`.
 * @returns The path of the index.
 *
 * @example
 * writeBook('out', [{ name: '01-web-data', notebook: readNotebook('out/01-web-data.ipynb'), ok: true, seconds: 12 }]);
 */
export function writeBook(
  folder: string,
  chapters: readonly BookChapter[],
  { title = 'Workbook' }: { readonly title?: string } = {},
): string {
  const pages = chapters.map((chapter) => ({
    ...chapter,
    title: titleOf(chapter.notebook, chapter.name),
    href: encodeURI(fileOf(chapter.name)).replace(/[?#]/g, encodeURIComponent),
  }));
  for (const [index, { name, notebook, title, problem }] of pages.entries()) {
    const [previous, next] = [pages[index - 1], pages[index + 1]];
    writeFileAtomic(join(folder, fileOf(name)), pageHtml(notebook, { title, previous, next, problem }));
  }
  writeFileAtomic(join(folder, 'assets', 'book.css'), bookStyle);
  writeFileAtomic(join(folder, 'assets', 'book.js'), bookScript);
  if (chapters.some(({ notebook }) => hasPlot(notebook))) copyPlotly(join(folder, 'assets', 'plotly.min.js'));
  const index = join(folder, 'index.html');
  writeFileAtomic(index, documentHtml(title, indexBody(title, pages)));
  return index;
}

function fileOf(name: string): string {
  const page = basename(name) || 'notebook';
  return page === 'index' ? 'index-notebook.html' : `${page}.html`;
}

type Page = BookChapter & { readonly title: string; readonly href: string };

function indexBody(title: string, pages: readonly Page[]): string {
  const rows = pages.map(({ href, title: chapter, ok, seconds, problem }) => {
    const status =
      ok === undefined ? '' : ok ? '<span class="good">ran whole</span>' : '<span class="bad">failed</span>';
    const why = problem === undefined ? '' : `<br><span class="note">${escapeHtml(problem)}</span>`;
    const time = seconds === undefined ? '' : escapeHtml(duration(seconds));
    return `<tr><td><a href="${escapeHtml(href)}">${escapeHtml(chapter)}</a>${why}</td><td>${status}</td><td>${time}</td></tr>`;
  });
  const table = `<table class="chapters"><thead><tr><th>Chapter</th><th>Run</th><th>Time</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
  const content = pages.length > 0 ? table : '<p class="note">This book has no chapters.</p>';
  return `<main>\n<h1>${escapeHtml(title)}</h1>\n${content}\n</main>`;
}

function hasPlot({ cells }: Notebook): boolean {
  const outputs = cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  return outputs.some((output) => Object.hasOwn(Object('data' in output ? output.data : {}), plotMime));
}

function copyPlotly(target: string): void {
  const source = createRequire(import.meta.url).resolve('plotly.js-dist-min');
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.size !== statSync(source).size) writeFileAtomic(target, readFileSync(source));
}
