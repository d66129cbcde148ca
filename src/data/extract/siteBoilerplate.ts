/**
 * What a site prints on many of its pages is no part of any: invitations, notes on rights, the same three links. Where
 * several pages of a site are at hand, such lines show themselves, whatever their language. Trafilatura's option
 * `deduplicate` and CCNet (Wenzek et al. 2020, arXiv 1911.00359), which drops paragraphs seen elsewhere, do the same.
 */
import type { Document } from '../document.js';

/** Options of `withoutSiteBoilerplate`. */
export interface SiteBoilerplateOptions {
  /** On how many pages of a site a line has to stand; default 3, one more than trafilatura lets pass. */
  readonly minPages?: number;
}

/**
 * Takes out the lines that stand on several pages of the same site. A page that would lose more than half of its text is
 * a copy of others, and stays as it is: finding copies is not done here.
 *
 * @throws {RangeError} If `minPages` is not a whole number from 2 on.
 *
 * @example
 * const page = (id: string, text: string) => ({ id, url: `https://sea.example/${id}`, text, metadata: {} });
 * const pages = ['The whale dived deep.', 'The men rowed on.', 'Rain fell on the deck.'];
 * const texts = withoutSiteBoilerplate(pages.map((line, nth) => page(`${nth}`, `${line}\nJoin the crew!`)));
 * texts[0].text // 'The whale dived deep.'
 */
export function withoutSiteBoilerplate(
  documents: readonly Document[],
  { minPages = 3 }: SiteBoilerplateOptions = {},
): Document[] {
  if (!Number.isInteger(minPages) || minPages < 2)
    throw new RangeError(
      `Cannot look for repeated lines: expected minPages to be a whole number from 2, got ${minPages}`,
    );
  const pagesWith = countLines(documents);
  return documents.map((document) => {
    const counts = pagesWith.get(siteOf(document));
    if (!counts) return document;
    const lines = document.text.split('\n').filter((line) => (counts.get(line) ?? 0) < minPages);
    const text = lines.join('\n');
    return text.length === document.text.length || text.length < document.text.length / 2
      ? document
      : { ...document, text };
  });
}

/** On how many different texts of each site a line stands. */
function countLines(documents: readonly Document[]): Map<string, Map<string, number>> {
  const sites = new Map<string, Map<string, number>>();
  const seen = new Set<string>();
  for (const document of documents) {
    const site = siteOf(document);
    const key = `${site}\n${document.text}`;
    if (site === '' || seen.has(key)) continue;
    seen.add(key);
    const counts = sites.get(site) ?? new Map<string, number>();
    for (const line of new Set(document.text.split('\n'))) counts.set(line, (counts.get(line) ?? 0) + 1);
    sites.set(site, counts);
  }
  return sites;
}

/** The host of a page's address without `www.`; nothing where it has no address. */
function siteOf({ url }: Document): string {
  if (url === undefined || !URL.canParse(url)) return '';
  return new URL(url).host.replace(/^www\./, '');
}
