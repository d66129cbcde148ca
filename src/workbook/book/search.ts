/**
 * The index of the book's full-text search. It is made with the book and lies in a script, which a page that was opened
 * from a disk can load as well; `client/search.ts` asks it.
 */
import { Parser } from 'htmlparser2';
import MiniSearch from 'minisearch';
import type { HelperName } from './codeLinks.js';

/** Words, names and numbers; each Chinese character is one, since nothing parts Chinese words. */
export const tokenPattern = '\\p{Script=Han}|(?:(?!\\p{Script=Han})[\\p{L}\\p{N}])+';

/** What may be found: the text below a heading. */
interface Section {
  readonly id: number;
  /** Title of the page. */
  readonly page: string;
  readonly heading: string;
  readonly href: string;
  readonly text: string;
}

/** Fields that are searched, and those that a result shows. */
export const searchFields = { fields: ['heading', 'text'], storeFields: ['page', 'heading', 'href', 'text'] };

/** A page that search looks into. */
export interface SearchedPage {
  readonly title: string;
  readonly href: string;
  /** Its HTML. */
  readonly html: string;
}

/** The script that holds the index. */
export function searchIndexScript(pages: readonly SearchedPage[], helpers: readonly HelperName[]): string {
  const sections = [
    ...pages.flatMap(sectionsOf),
    ...helpers.map(({ name, href, summary }) => ({ page: 'Library', heading: name, href, text: summary })),
  ].map((section, id): Section => ({ id, ...section }));
  const tokens = new RegExp(tokenPattern, 'gu');
  const index = new MiniSearch<Section>({ ...searchFields, tokenize: (text) => text.match(tokens) ?? [] });
  index.addAll(sections);
  return `window.bookIndex = ${JSON.stringify(index)};\n`;
}

/** Parts of a page that are no text to find: what is folded away stays a secret, and outputs drown the words. */
const passedOver = /\b(outputs|folded|fold|anchor|count|badge)\b/;
const blocks = new Set(['p', 'li', 'pre', 'td', 'th', 'div', 'section', 'br', 'blockquote', 'tr']);

/** The text of a page, heading by heading; what stands before the first belongs to the page. */
function sectionsOf({ title, href, html }: SearchedPage): Omit<Section, 'id'>[] {
  const sections = [{ page: title, heading: title, href, text: '' }];
  let inHeading = false;
  let skipping = 0; // how deep in something that is passed over
  const parser = new Parser({
    onopentag: (name, { class: classes = '', id }) => {
      if (skipping > 0 || passedOver.test(classes) || name === 'annotation') skipping++;
      else if (/^h[1-4]$/.test(name) && id !== undefined) {
        inHeading = true;
        sections.push({ page: title, heading: '', href: `${href}#${encodeURIComponent(id)}`, text: '' });
      } else if (blocks.has(name)) sections.at(-1)!.text += ' ';
    },
    ontext: (text) => {
      if (skipping === 0) sections.at(-1)![inHeading ? 'heading' : 'text'] += text;
    },
    onclosetag: (name) => {
      if (skipping > 0) skipping--;
      else if (/^h[1-4]$/.test(name)) inHeading = false;
    },
  });
  parser.end(html);
  return sections
    .map((section) => ({ ...section, text: section.text.replace(/\s+/g, ' ').trim() }))
    .filter(({ text }) => text !== '');
}
