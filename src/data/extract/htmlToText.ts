/** A page as plain text, everything on it: menus, buttons, footers. This is what Common Crawl's WET files hold. */
import { convert } from 'html-to-text';

const plain = {
  wordwrap: false as const,
  limits: { maxDepth: 300, maxInputLength: 10_000_000 },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/**
 * Writes all text of a page, one block a line, without taking out what stands around the article. Anything that is
 * not HTML comes back as it is; what lies below 300 levels of nesting is left out.
 *
 * @example
 * htmlToText('<nav>Home</nav><p>The <b>whale</b> dived.</p>') // 'Home\nThe whale dived.'
 */
export function htmlToText(html: string): string {
  return convert(html, plain)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}
