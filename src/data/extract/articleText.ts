/** The nodes of an article as text, one block a line: what `htmlToText` makes of markup, without the way over markup. */
import type { PageElement } from './pageElement.js';

// What browsers show as a block or a line of its own; cells of a row stay on one line.
const blocks = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BR CAPTION CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM ' +
    'H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TR UL'
  ).split(' '),
);

/** Writes the text of an element and of all inside it; items of a list start with `- ` or their number. */
export function articleText(root: PageElement): string {
  const lines: string[] = [];
  let line = '';
  let mark = '';
  const numbers = new Map<PageElement, number>();
  const endLine = () => {
    const text = line.replace(/[\s\u200b]+/g, ' ').trim();
    if (text) {
      lines.push(mark + text);
      mark = '';
    }
    line = '';
  };
  const write = (element: PageElement, isPre: boolean): void => {
    const { tagName } = element;
    const isBlock = blocks.has(tagName);
    if (isBlock) endLine();
    if (tagName === 'TD' || tagName === 'TH') line += ' ';
    if (tagName === 'LI') mark = markOf(element, numbers);
    for (let node = element.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 1) write(node as PageElement, isPre || tagName === 'PRE');
      else if (node.nodeType === 3) {
        const [first = '', ...rest] =
          isPre || tagName === 'PRE' ? node.textContent.split('\n') : [node.textContent];
        line += first;
        for (const next of rest) {
          endLine();
          line = next;
        }
      }
    }
    if (isBlock) endLine();
    if (tagName === 'LI') mark = '';
  };
  write(root, false);
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
