/** A page as plain text, everything on it: menus, buttons, footers. This is what Common Crawl's WET files hold. */
import { articleText } from './articleText.js';
import { parsePage } from './parsePage.js';

/**
 * Writes all text of a page, one block a line, without taking out what stands around the article; what lies below 512
 * levels of nesting is left out.
 *
 * @example
 * htmlToText('<nav>Home</nav><p>The <b>whale</b> dived.</p>') // 'Home\nThe whale dived.'
 */
export function htmlToText(html: string): string {
  const page = parsePage(html, { maxElements: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY });
  return typeof page === 'string' ? '' : articleText(page.documentElement);
}
