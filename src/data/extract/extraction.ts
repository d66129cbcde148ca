/**
 * From a page to its article: Mozilla's Readability, the reader view of Firefox, on nodes made for it
 * alone, which takes a sixth of the time of linkedom's and a fortieth of jsdom's, between two passes of our own that take
 * out what stands beside an article. FineWeb uses Trafilatura for this, in its mode that favours precision. Pages are
 * hostile, so size, number of elements and depth are limited, and nothing throws.
 */
import { drop, type Filter, keepAs } from '../filter.js';
import type { PageDocument } from './pageDocument.js';
import { parsePage } from './parsePage.js';
import { plainArticle, preciseArticle } from './readArticle.js';

/** How large a page may be, and what of it is wanted. */
export interface ExtractionOptions {
  /** Longest page, characters; default 5,000,000. */
  readonly maxCharacters?: number;
  /** Most elements, comments counted; default 50,000. */
  readonly maxElements?: number;
  /** Deepest nesting; default 300. Browsers stop at 512. The mean over as many elements as allowed is at most 40. */
  readonly maxDepth?: number;
  /**
   * Whether captions, by-lines, related lists, menus and invitations are taken out and the lead is put back; default
   * true, which finds more of the articles of strangers' pages and far less beside them, and takes no longer
   * (docs/crawls.md). False gives what Readability finds.
   */
  readonly precision?: boolean;
}

/** Limits that no article comes near. */
export const extractionDefaults: Required<ExtractionOptions> = {
  maxCharacters: 5_000_000,
  maxElements: 50_000,
  maxDepth: 300,
  precision: true,
};

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
  const { maxCharacters, maxElements, maxDepth, precision } = { ...extractionDefaults, ...options };
  if (html.length > maxCharacters) return nothing('page too large');
  if (!looksLikeHtml(html)) return nothing('not HTML');
  try {
    const page = parsePage(html, { maxElements, maxDepth });
    if (typeof page === 'string') return nothing(page);
    const again = () => parsePage(html, { maxElements, maxDepth }) as PageDocument;
    const { text, title } = precision ? preciseArticle(page, again) : plainArticle(page);
    return text ? { found: true, text, title } : nothing('no article');
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
