/** What every page of the book has around its text: the head, the way to other pages, search. */
import { escapeHtml } from '../../core/html.js';

/** Where a page links to. */
export interface PageLink {
  readonly href: string;
  readonly title: string;
}

/** The book around a page. */
export interface BookFrame {
  readonly title: string;
  /** The chapters, in order. */
  readonly chapters: readonly PageLink[];
  /** Texts beside the chapters. */
  readonly guides: readonly PageLink[];
  /** The documentation of the library, where there is one. */
  readonly api?: PageLink | undefined;
}

/**
 * A whole document.
 *
 * @param page.title Title of the window.
 * @param page.href Address of the page, which the list of chapters marks.
 * @param page.main HTML of the page.
 * @param page.aside HTML beside it.
 */
export function documentHtml(
  book: BookFrame,
  page: { readonly title: string; readonly href: string; readonly main: string; readonly aside?: string },
): string {
  const { title, href, main, aside = '' } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/book.css">
<script>document.documentElement.className = 'script';</script>
<script defer src="assets/book.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
${headerHtml(book, href)}<div class="page${aside ? ' with-contents' : href === 'index.html' ? ' cover' : ''}">
${aside}<main id="main" tabindex="-1">
${main}
</main>
</div>
</body>
</html>
`;
}

function headerHtml({ title, chapters, guides, api }: BookFrame, here: string): string {
  const item = (page: PageLink) => `<li>${linkHtml(page, { isHere: page.href === here })}</li>`;
  const more = guides.length > 0 ? ['<li class="note">Guides</li>', ...guides.map(item)] : [];
  const items = [...chapters.map(item), ...more].join('\n');
  const menu = items && `<details class="menu"><summary>Chapters</summary><ol>\n${items}\n</ol></details>\n`;
  const home = linkHtml({ href: 'index.html', title }, { isHere: here === 'index.html', className: 'home' });
  return `<header class="top">
${home}
<nav aria-label="Book">
${menu}${api ? `${linkHtml(api)}\n` : ''}<button type="button" class="search">Search</button>
</nav>
</header>
`;
}

/** A link; what is the page itself says so. */
export function linkHtml(
  { href, title }: PageLink,
  { isHere = false, className }: { readonly isHere?: boolean; readonly className?: string } = {},
): string {
  const attributes = `${className ? ` class="${className}"` : ''}${isHere ? ' aria-current="page"' : ''}`;
  return `<a href="${escapeHtml(href)}"${attributes}>${escapeHtml(title)}</a>`;
}
