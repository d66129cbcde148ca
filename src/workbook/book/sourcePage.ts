/** A file of the library as a page, with a place to link to for each line. */
import { escapeHtml } from '../../core/html.js';
import { codeHtml } from './markdown.js';

/**
 * The page of a source file.
 *
 * @param path From the root of the repository, with slashes: `src/core/html.ts`; the page lies at `source/PATH.html`.
 */
export function sourcePageHtml(path: string, code: string): string {
  const up = '../'.repeat(path.split('/').length);
  const lines = code.replace(/\n$/, '').split('\n').length;
  const numbers = Array.from(
    { length: lines },
    (_, at) => `<a id="L${at + 1}" href="#L${at + 1}">${at + 1}</a>`,
  );
  const name = escapeHtml(path);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}assets/book.css">
</head>
<body>
<header class="top"><a class="home" href="${up}index.html">The book</a><nav aria-label="Book"><a href="${up}api/index.html">Library</a></nav></header>
<main class="listing">
<h1>${name}</h1>
<div><pre class="lines">${numbers.join('\n')}</pre><pre tabindex="0"><code>${codeHtml(code, 'typescript')}</code></pre></div>
</main>
</body>
</html>
`;
}
