/** Markdown of a notebook to HTML: GitHub's dialect, formulas as MathML, coloured code, links between chapters. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import { Marked } from 'marked';
import markedKatex from 'marked-katex-extension';
import { escapeHtml } from '../../core/html.js';
import { inertHtml, isInertLink } from './wholeHtml.js';

for (const [name, language] of Object.entries({ bash, javascript, json, python, typescript })) {
  hljs.registerLanguage(name, language);
}

/** Formulas as MathML need no fonts; like Jupyter, a dollar sign may stand next to a bracket or a dash. */
const formulas = { throwOnError: false, output: 'mathml', nonStandard: true };

/** A heading that the contents of a page list. */
export interface Heading {
  readonly level: number;
  /** HTML: what stands in the heading, without links. */
  readonly html: string;
  readonly id: string;
}

/** Code as coloured HTML; only escaped where the language is not known. */
export function codeHtml(code: string, language: string): string {
  if (!hljs.getLanguage(language)) return escapeHtml(code);
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

/**
 * Makes a translator for the Markdown of one page.
 *
 * @param guides Names of the files of `docs/` that are pages of the book; default none.
 * @returns `toHtml`, and `headings`, which fills up as texts are translated; ids are unique on the page.
 */
export function pageMarkdown(guides: readonly string[] = []): {
  readonly toHtml: (markdown: string) => string;
  readonly headings: readonly Heading[];
} {
  const headings: Heading[] = [];
  const marked = new Marked({ gfm: true, async: false });
  marked.use(markedKatex(formulas));
  marked.use({
    renderer: {
      code({ text, lang = '' }) {
        return `<div class="code"><pre><code>${codeHtml(text, lang.split(/\s/)[0] ?? '')}</code></pre></div>\n`;
      },
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const id = freeId(html.replace(/<[^>]*>/g, ''), headings);
        headings.push({ level: depth, html: html.replace(/<\/?a\b[^>]*>/g, ''), id });
        const anchor = `<a class="anchor" href="#${id}" aria-label="Link to this heading">#</a>`;
        return `<h${depth} id="${id}">${html}${anchor}</h${depth}>\n`;
      },
    },
    walkTokens: (token) => {
      if (token.type !== 'link' && token.type !== 'image') return;
      token.href = isInertLink(String(token.href)) ? pageLink(String(token.href), guides) : '';
    },
  });
  const toHtml = (markdown: string) => {
    const html = marked.parse(markdown, { async: false });
    return withChinese(markdown.includes('<') ? inertHtml(html) : html);
  };
  return { toHtml, headings };
}

/**
 * A relative link to a notebook or to a guide becomes one to its page: `02-tokenization.ipynb#bpe` to
 * `02-tokenization.html#bpe`, and `../docs/crawls.md` to `guide-crawls.html`.
 */
function pageLink(href: string, guides: readonly string[]): string {
  if (/^([a-z][a-z\d+.-]*:|\/)/i.test(href)) return href;
  const [, guide = '', rest = ''] = /^(?:(?:\.\.\/)?docs\/)?([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  if (guides.includes(guide)) return `guide-${guide}.html${rest}`;
  return href.replace(/\.ipynb(?=$|[?#])/, '.html');
}

/** Chinese characters say that they are Chinese: without it a Japanese system draws them in Japanese forms. */
function withChinese(html: string): string {
  return html.replace(/<[^>]*>|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu, (part) =>
    /^\p{Script=Han}+$/u.test(part) ? `<span lang="zh">${part}</span>` : part,
  );
}

/** The words of a heading with dashes, as GitHub makes them, and a number where that is taken. */
function freeId(text: string, taken: readonly Heading[]): string {
  const words = text
    .toLowerCase()
    .replace(/&[#\w]+;/g, '')
    .match(/[\p{L}\p{N}_]+/gu) ?? ['section'];
  const id = words.join('-');
  for (let number = 0; ; number++) {
    const candidate = number === 0 ? id : `${id}-${number}`;
    if (taken.every((heading) => heading.id !== candidate)) return candidate;
  }
}
