/**
 * The nodes of a page, as much of a browser's as Readability asks for and no more: no events, no styles beyond what hides,
 * no live lists. Siblings are linked, so taking out and putting in costs the same on the widest page.
 */
import type { PageElement } from './pageElement.js';

const none: readonly PageNode[] = [];

/** What an element, a text and a comment have in common. `nodeType` is the DOM's number. */
export abstract class PageNode {
  abstract readonly nodeType: number;
  abstract get textContent(): string;
  parentNode: PageParent | null = null;
  previousSibling: PageNode | null = null;
  nextSibling: PageNode | null = null;

  /** As it is now: what happens to the page later does not show in it. */
  get childNodes(): readonly PageNode[] {
    return none;
  }

  get nextElementSibling(): PageElement | null {
    let node = this.nextSibling;
    while (node && !isElement(node)) node = node.nextSibling;
    return node;
  }

  get previousElementSibling(): PageElement | null {
    let node = this.previousSibling;
    while (node && !isElement(node)) node = node.previousSibling;
    return node;
  }

  remove(): void {
    const { parentNode: parent, previousSibling: before, nextSibling: after } = this;
    if (!parent) return;
    if (before) before.nextSibling = after;
    else parent.firstChild = after;
    if (after) after.previousSibling = before;
    else parent.lastChild = before;
    this.parentNode = null;
    this.previousSibling = null;
    this.nextSibling = null;
  }
}

/** A text or, with `nodeType` 8, a comment. */
export class PageText extends PageNode {
  readonly nodeType: 3 | 8;
  textContent: string;

  constructor(text: string, nodeType: 3 | 8 = 3) {
    super();
    this.textContent = text;
    this.nodeType = nodeType;
  }
}

/** What has children: an element, or the document. */
export abstract class PageParent extends PageNode {
  firstChild: PageNode | null = null;
  lastChild: PageNode | null = null;

  override get childNodes(): readonly PageNode[] {
    const nodes: PageNode[] = [];
    for (let node = this.firstChild; node; node = node.nextSibling) nodes.push(node);
    return nodes;
  }

  get children(): PageElement[] {
    const elements: PageElement[] = [];
    for (let node = this.firstElementChild; node; node = node.nextElementSibling) elements.push(node);
    return elements;
  }

  get firstElementChild(): PageElement | null {
    const { firstChild } = this;
    return firstChild && isElement(firstChild) ? firstChild : (firstChild?.nextElementSibling ?? null);
  }

  /** All text inside, comments left out. */
  get textContent(): string {
    let text = '';
    for (let node = following(this, this); node; node = following(node, this))
      if (node.nodeType === 3) text += node.textContent;
    return text;
  }

  appendChild<N extends PageNode>(node: N): N {
    return this.putBefore(node, null);
  }

  replaceChild<N extends PageNode>(node: PageNode, replaced: N): N {
    const next = replaced.nextSibling === node ? node.nextSibling : replaced.nextSibling;
    replaced.remove();
    this.putBefore(node, next);
    return replaced;
  }

  removeChild<N extends PageNode>(node: N): N {
    node.remove();
    return node;
  }

  /** The elements of one name inside, or with `*` all of them, in the order of the page. */
  getElementsByTagName(name: string): PageElement[] {
    return name === '*' ? elementsInside(this, () => true) : this.querySelectorAll(name);
  }

  /** As in a browser, for names with commas between them. */
  querySelectorAll(names: string): PageElement[] {
    const tags = names.toUpperCase().split(',');
    const [tag] = tags;
    return elementsInside(this, tags.length === 1 ? (one) => one === tag : (one) => tags.includes(one));
  }

  private putBefore<N extends PageNode>(node: N, next: PageNode | null): N {
    node.remove();
    const before = next ? next.previousSibling : this.lastChild;
    node.parentNode = this;
    node.previousSibling = before;
    node.nextSibling = next;
    if (before) before.nextSibling = node;
    else this.firstChild = node;
    if (next) next.previousSibling = node;
    else this.lastChild = node;
    return node;
  }
}

const isElement = (node: PageNode): node is PageElement => node.nodeType === 1;
const isParent = (node: PageNode): node is PageParent => node.nodeType === 1 || node.nodeType === 9;

/** The next node in the order of the page, up to the end of `root`. */
function following(node: PageNode, root: PageParent): PageNode | null {
  if (isParent(node) && node.firstChild) return node.firstChild;
  let last: PageNode = node;
  while (last !== root) {
    if (last.nextSibling) return last.nextSibling;
    last = last.parentNode!;
  }
  return null;
}

function elementsInside(root: PageParent, isWanted: (tagName: string) => boolean): PageElement[] {
  const found: PageElement[] = [];
  for (let node = following(root, root); node; node = following(node, root))
    if (isElement(node) && isWanted(node.tagName)) found.push(node);
  return found;
}
