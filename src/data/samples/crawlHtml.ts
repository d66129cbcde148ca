/** Pages around a text, as sites print them: menu, side column, advertisement, script and footer, in four layouts. */
import { escapeHtml } from '../../core/html.js';
import type { Random } from '../../core/random.js';
import type { PageText } from './crawlText.js';

const sections =
  'Home World Local Business Science Sports Travel Culture Food Weather Opinion Video Archive About'.split(
    ' ',
  );
const teasers = [
  'Ten things to know before you travel',
  'Readers ask: is it too late to plant trees?',
  'The week in pictures',
  'What the new timetable means for you',
  'Our most read stories',
  'Win two tickets for the harbour festival',
];

/** Prints a text as one of four kinds of site would; which one, and what stands around the text, is drawn. */
export function pageHtml({ title, paragraphs }: PageText, random: Random): string {
  const some = (list: readonly string[], count: number) => random.shuffle(list).slice(0, count);
  const links = (names: readonly string[]) =>
    names
      .map((name) => `<li><a href="/${name.toLowerCase().replace(/\W+/g, '-')}">${name}</a></li>`)
      .join('');
  const menu = `<ul class="menu">${links(some(sections, 5 + random.integer(6)))}</ul>`;
  const side = `<h3>More</h3><ul>${links(some(teasers, 3))}</ul><p class="ad">Advertisement</p>`;
  const main = `<h1>${escapeHtml(title)}</h1>\n${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}`;
  const footer = `<p>© The site. <a href="/terms">Terms of use</a> <a href="/privacy">Privacy policy</a></p>`;
  const script = `<script>window.track = { page: ${random.integer(1e6)}, ready: function () { return true; } };</script>`;
  const layouts = [
    `<header><nav>${menu}</nav></header><main><article>${main}</article></main><aside>${side}</aside><footer>${footer}</footer>`,
    `<div id="top">${menu}</div><div id="content" class="post entry">${main}</div><div id="sidebar">${side}</div><div id="footer">${footer}</div>`,
    `<table><tr><td class="nav">${menu}</td><td class="article">${main}</td><td>${side}</td></tr></table>${footer}`,
    `<div class="wrapper"><div class="menu">${menu}</div><div class="story"><div class="body">${main}</div></div><div class="related">${side}</div></div>${footer}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body { font: 16px serif; } .ad { color: #999; }</style>${script}</head>
<body>${random.pick(layouts)}</body></html>`;
}
