/**
 * From a page to its article: Mozilla's Readability, the reader view of Firefox, on linkedom's DOM. FineWeb uses
 * Trafilatura for this. Pages are hostile, so size, number of elements and depth are limited, and nothing throws.
 */
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { drop, type Filter, keepAs } from './filter.js';
import { htmlToText } from './htmlToText.js';

/** How large a page may be. */
export interface ExtractionOptions {
  /** Longest page, characters; default 5,000,000. */
  readonly maxCharacters?: number;
  /** Most elements; default 50,000. */
  readonly maxElements?: number;
  /** Deepest nesting; default 300. Browsers stop at 512. */
  readonly maxDepth?: number;
}

/** What was found on a page, or why nothing was. */
export type Extracted =
  | { readonly found: true; readonly text: string; readonly title: string }
  | { readonly found: false; readonly reason: string };

/**
 * Finds the article of a page: its text, one block a line, without menus, buttons and footers.
 *
 * @example
 * const text = 'Call me Ishmael. Some years ago I thought I would sail about a little.';
 * extractText(articlePage('Loomings', text)) // { found: true, text, title: 'Loomings' }
 */
export function extractText(html: string, options: ExtractionOptions = {}): Extracted {
  const { maxCharacters = 5_000_000, maxElements = 50_000, maxDepth = 300 } = options;
  if (html.length > maxCharacters) return nothing('page too large');
  if (!looksLikeHtml(html)) return nothing('not HTML');
  try {
    const document = parsed(html);
    const { elements, depth } = measure(document.documentElement);
    if (elements > maxElements) return nothing('too many elements');
    if (depth > maxDepth) return nothing('nested too deep');
    const article = new Readability(document).parse();
    const text = htmlToText(article?.content ?? '');
    return text ? { found: true, text, title: article?.title ?? '' } : nothing('no article');
  } catch {
    // Both libraries may stumble over markup that no browser would show either.
    return nothing('unreadable markup');
  }
}

/**
 * Makes `extractText` a step of a pipeline: the document's HTML goes in, its article comes out, with the page's title in the
 * metadata.
 *
 * @example
 * extraction().judge({ id: 'a', text: 'No page.', metadata: {} })
 * // { keep: false, reason: 'not HTML', detail: '8 characters of page' }
 */
export function extraction(options: ExtractionOptions = {}): Filter {
  return {
    name: 'extraction',
    judge: (document) => {
      const result = extractText(document.text, options);
      if (!result.found) return drop(result.reason, `${document.text.length} characters of page`);
      const { text, title } = result;
      return keepAs({ ...document, text, metadata: { ...document.metadata, title } });
    },
  };
}

const nothing = (reason: string): Extracted => ({ found: false, reason });

/** A tag that pages have somewhere, and hardly any of the bytes that only other files have. */
function looksLikeHtml(text: string): boolean {
  const strange = text.slice(0, 4096).match(/[^\P{Cc}\s]|\uFFFD/gu)?.length ?? 0;
  return (
    strange <= Math.min(text.length, 4096) * 0.02 &&
    /<(?:!doctype html|html|head|body|div|p|a|h[1-6]|table|article|main|section|span|br|ul|ol)\b[^<>]*>/i.test(
      text,
    )
  );
}

/** linkedom takes the first element for the root, so a fragment gets the frame that a browser would add. */
function parsed(html: string): Document {
  const { document } = parseHTML(html);
  if (document.documentElement?.tagName === 'HTML') return document;
  return parseHTML(`<html><body>${html}</body></html>`).document;
}

/** Counts elements and levels without recursion, which deep pages would overflow. */
function measure(root: Element): { elements: number; depth: number } {
  let elements = 0;
  let depth = 0;
  for (let level: Element[] = [root]; level.length > 0; depth++) {
    elements += level.length;
    level = level.flatMap((element) => [...element.children]);
  }
  return { elements, depth };
}
