/** The nodes of a page, or of its article, as text: one block a line. Code keeps its indentation. */
import type { PageElement } from './pageNodes.js';

/** What browsers show as a block or a line of its own; cells of a row stay on one line. */
export const lineTags: ReadonlySet<string> = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BR CAPTION CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM ' +
    'H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TR UL'
  ).split(' '),
);

// What browsers do not show; an article has none of it any more.
const unseen = new Set(['HEAD', 'SCRIPT', 'STYLE', 'TEMPLATE', 'TITLE']);
// Browsers nest no deeper, and neither does `extractText`.
const maxDepth = 512;

/** Writes the text of an element and of all inside it; items of a list start with `- ` or their number. */
export function articleText(root: PageElement): string {
  const lines: string[] = [];
  let line = '';
  let isCode = false;
  let mark = '';
  const numbers = new Map<PageElement, number>();
  const endLine = () => {
    const text = isCode
      ? line
          .replace(/[\u200b\u00ad]/g, '')
          .replace(/\u00a0/g, ' ')
          .trimEnd()
      : line
          .replace(/\u00ad/g, '')
          .replace(/[\s\u200b]+/g, ' ')
          .trim();
    if (text) {
      lines.push(mark + text);
      mark = '';
    }
    line = '';
    isCode = false;
  };
  const writeText = (text: string, isPre: boolean): void => {
    if (!isPre) {
      line += text;
      return;
    }
    for (const [nth, piece] of text.split('\n').entries()) {
      if (nth > 0) endLine();
      line += piece;
      isCode = true;
    }
  };
  const write = (element: PageElement, isInPre: boolean, depth: number): void => {
    const { tagName } = element;
    if (unseen.has(tagName) || depth > maxDepth) return;
    const isPre = isInPre || tagName === 'PRE';
    const isBlock = lineTags.has(tagName);
    if (isBlock) endLine();
    if (tagName === 'TD' || tagName === 'TH') line += ' ';
    if (tagName === 'LI') mark = markOf(element, numbers);
    for (let node = element.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 1) write(node as PageElement, isPre, depth + 1);
      else if (node.nodeType === 3) writeText(node.textContent, isPre);
    }
    if (isBlock) endLine();
    if (tagName === 'LI') mark = '';
  };
  write(root, false, 0);
  endLine();
  return lines.join('\n');
}

/** The bullet or number of the next item of a list; `numbers` holds the last ones. */
function markOf(item: PageElement, numbers: Map<PageElement, number>): string {
  const list = item.parentNode as PageElement;
  if (list.tagName === 'UL') return '- ';
  if (list.tagName !== 'OL') return '';
  const start = Number.parseInt(list.getAttribute('start') ?? '1', 10);
  const number = numbers.has(list) ? numbers.get(list)! + 1 : start || 1;
  numbers.set(list, number);
  return `${number}. `;
}
