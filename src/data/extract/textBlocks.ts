/** The smallest blocks of a page that have text of their own: paragraphs, headings, items, cells, lone boxes. */
import { lineTags } from './articleText.js';
import { isElement, type PageElement } from './pageNodes.js';

// Cells count as well, and a `br` is told apart.
const blockTags = new Set([...lineTags, 'BODY', 'TBODY', 'TD', 'TFOOT', 'TH', 'THEAD']);
blockTags.delete('BR');
const unseen = new Set('NOSCRIPT SCRIPT STYLE TEMPLATE TITLE'.split(' '));

/** Whether an element is a link, and no anchor that others lead to. */
export const isLinkTo = (element: PageElement): boolean =>
  element.tagName === 'A' && element.hasAttribute('href');

/** A block with the size of its text and of the links in it, blanks at the ends of texts not counted. */
export interface TextBlock {
  readonly element: PageElement;
  readonly size: number;
  readonly linked: number;
  /** Whether there is no block inside. */
  readonly isSmallest: boolean;
  /** Whether a `br` inside makes several lines of it. */
  readonly hasBreak: boolean;
}

/** All blocks with text inside `root`, each behind those inside it. */
export function textBlocks(root: PageElement): TextBlock[] {
  const blocks: TextBlock[] = [];
  const visit = (element: PageElement, isLink: boolean) => {
    let [size, linked, hasBlock, hasBreak] = [0, 0, false, false];
    for (let node = element.firstChild; node; node = node.nextSibling) {
      if (isElement(node)) {
        if (unseen.has(node.tagName)) continue;
        const inside = visit(node, isLink || isLinkTo(node));
        size += inside.size;
        linked += inside.linked;
        hasBreak ||= inside.hasBreak || node.tagName === 'BR';
        hasBlock ||= inside.hasBlock || blockTags.has(node.tagName);
      } else if (node.nodeType === 3) {
        const { length } = node.textContent.trim();
        size += length;
        if (isLink) linked += length;
      }
    }
    if (size > 0 && blockTags.has(element.tagName))
      blocks.push({ element, size, linked, isSmallest: !hasBlock, hasBreak });
    return { size, linked, hasBlock, hasBreak };
  };
  visit(root, false);
  return blocks;
}

/** The text of an element in one line, as a reader sees it. */
export const lineOf = ({ textContent }: PageElement): string =>
  textContent
    .replace(/[\u00ad\u200b]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
