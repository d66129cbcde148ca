/** The 60 real pages, each cut in two: its article, and all that stands around it. */
import { getDomain } from 'tldts';
import { extractText } from '../extract/extraction.js';
import { htmlToText } from '../extract/htmlToText.js';
import { pagesOfUnfluff } from '../samples/samplePages.js';

/** A page in two parts. */
export interface PageParts {
  /** The registered domain: pages of one site have the same menus, so they are learned from together or not at all. */
  readonly site: string;
  readonly article: string;
  /** The other lines of the page. */
  readonly beside: string;
}

let parts: readonly PageParts[] | undefined;

/**
 * The pages of `pagesOfUnfluff` on which there is an article and something beside it, as far as `extractText` can tell.
 *
 * @example
 * const [page] = pageParts();
 * page.article.includes(page.beside) // false
 */
export function pageParts(): readonly PageParts[] {
  parts ??= pagesOfUnfluff().flatMap(({ url, html }) => partsOf(url, Buffer.from(html).toString()) ?? []);
  return parts;
}

function partsOf(url: string, html: string): PageParts | undefined {
  const found = extractText(html);
  if (!found.found) return undefined;
  const lines = new Set(found.text.split('\n'));
  const others = htmlToText(html)
    .split('\n')
    .filter((line) => !lines.has(line));
  const site = getDomain(url) ?? url;
  return others.length === 0 ? undefined : { site, article: found.text, beside: others.join('\n') };
}
