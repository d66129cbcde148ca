/**
 * Notebooks as a book of web pages: a cover, a page for each notebook, and beside them what the pages load. Nothing is
 * fetched from a network, so the book opens from a disk as well as from a server.
 */
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';
import type { Notebook } from '../notebook.js';
import { figureFiles, linkTo, writeAssets } from './assets.js';
import type { HelperName } from './codeLinks.js';
import { type BookIntroduction, type BookPlan, coverHtml } from './cover.js';
import { type BookFrame, documentHtml, type PageLink } from './frame.js';
import { pageHtml, type RenderedNotebook, type RenderOptions, renderNotebook } from './page.js';
import { searchIndexScript } from './search.js';

/** A notebook in a book. */
export interface BookChapter {
  /** Name of its page, and of links to it: `02-tokenization` for `02-tokenization.ipynb`. */
  readonly name: string;
  readonly notebook: Notebook;
  /** Whether its run was whole; left out if that is not known. */
  readonly ok?: boolean;
  /** How long its run took. */
  readonly seconds?: number;
  /** Why its run is not whole, in one sentence. */
  readonly problem?: string;
  /** Files beside the page that it links to: the notebook, its exercises. */
  readonly files?: readonly PageLink[];
}

/** What a book has beside its notebooks. */
export interface BookOptions {
  /** Title of the whole; default `Workbook`. */
  readonly title?: string;
  /** Chapters that the cover lists even where they were not run; default none. */
  readonly plan?: readonly BookPlan[];
  /** What the cover says before the chapters; default nothing. */
  readonly introduction?: BookIntroduction;
  /** Texts beside the chapters, as files of `docs/` have them: `../docs/NAME.md` leads there; default none. */
  readonly guides?: readonly { readonly name: string; readonly markdown: string }[];
  /** The documentation in the book's folder: its first page, and what of the library it documents; default none. */
  readonly api?: { readonly href: string; readonly helpers: readonly HelperName[] };
}

/**
 * Writes a book: `index.html`, a page for each chapter, `figures/` and `assets/`. Other files in the folder stay.
 *
 * @returns The path of the cover.
 *
 * @example
 * writeBook('out', [{ name: '01-web-data', notebook: readNotebook('out/01-web-data.ipynb'), ok: true, seconds: 12 }]);
 */
export function writeBook(
  folder: string,
  chapters: readonly BookChapter[],
  { title = 'Workbook', plan = [], introduction, guides = [], api }: BookOptions = {},
): string {
  const helpers = api?.helpers ?? [];
  const shared = { helpers, guides: guides.map(({ name }) => name) };
  const pages = chapters.map((chapter) => renderChapter(folder, chapter, shared));
  const texts = guides.map((guide) => renderChapter(folder, guideChapter(guide), shared));
  const book: BookFrame = {
    title,
    chapters: pages,
    guides: texts,
    api: api && { href: api.href, title: 'Library' },
  };
  const searched = [...pages, ...texts].map((page, index) => {
    const [previous, next] = index < pages.length ? [pages[index - 1], pages[index + 1]] : [];
    const html = pageHtml(page, { previous, next, problem: page.problem, files: page.files });
    writeFileAtomic(join(folder, fileOf(page.name)), documentHtml(book, { ...page, ...html }));
    return { ...page, html: page.cells };
  });
  writeAssets(folder, {
    searchIndex: searchIndexScript(searched, helpers),
    hasFigures: pages.some(({ figures }) => figures.length > 0),
  });
  const index = join(folder, 'index.html');
  const main = coverHtml(title, pages, { plan, ...(introduction && { introduction }) });
  writeFileAtomic(index, documentHtml(book, { title, href: 'index.html', main }));
  return index;
}

function renderChapter(
  folder: string,
  chapter: BookChapter,
  shared: Omit<RenderOptions, 'keep'>,
): BookChapter & RenderedNotebook & PageLink {
  const { keep, removeOthers } = figureFiles(folder, chapter.name);
  const rendered = renderNotebook(chapter.notebook, chapter.name, { ...shared, keep });
  removeOthers();
  return { ...chapter, ...rendered, href: linkTo(fileOf(chapter.name)) };
}

/** A text as a notebook of one cell. */
function guideChapter({ name, markdown }: { readonly name: string; readonly markdown: string }): BookChapter {
  const cells = [{ cell_type: 'markdown', id: 'text', metadata: {}, source: markdown }] as const;
  return { name: `guide-${name}`, notebook: { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 } };
}

function fileOf(name: string): string {
  const page = basename(name) || 'notebook';
  return page === 'index' ? 'index-notebook.html' : `${page}.html`;
}
