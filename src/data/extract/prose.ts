/** How much running text an element holds, which is what tells an article from all that stands around it. */
import { isElement, type PageElement } from './pageNodes.js';
import { isLinkTo } from './textBlocks.js';

// A text this long is a sentence more often than not; what pages say on buttons and in menus is shorter.
const sentence = 40;

const noProse = new Set('IFRAME NOSCRIPT SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA'.split(' '));

/** How many characters stand in texts as long as a sentence, links and scripts left out. */
export function proseOf(element: PageElement): number {
  let prose = 0;
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) {
      if (!noProse.has(node.tagName) && !isLinkTo(node)) prose += proseOf(node);
    } else if (node.nodeType === 3 && node.textContent.length >= sentence) {
      const { length } = node.textContent.trim();
      if (length >= sentence) prose += length;
    }
  }
  return prose;
}

/** The deepest element that still holds four fifths of the prose inside `root`. */
export function proseHolder(root: PageElement): PageElement {
  const least = 0.8 * proseOf(root);
  let holder = root;
  for (;;) {
    const child = least > 0 && holder.children.find((one) => proseOf(one) >= least);
    if (!child) return holder;
    holder = child;
  }
}
