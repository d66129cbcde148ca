/**
 * The nodes of a page, as much of a browser's as Readability asks for and no more: no events, no styles beyond what hides,
 * no live lists. Siblings are linked, so taking out and putting in costs the same on the widest page.
 */
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

/** A name and a value on an element. */
export class PageAttribute {
  readonly name: string;
  value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }

  cloneNode(): PageAttribute {
    return new PageAttribute(this.name, this.value);
  }
}

/** What makes new nodes of a page: its document. */
export interface PageMaker {
  readonly createElement: (name: string) => PageElement;
  readonly createTextNode: (text: string) => PageText;
}

/** An element with its attributes. */
export class PageElement extends PageParent {
  readonly nodeType = 1;
  /** Capitals, as in a browser. */
  readonly tagName: string;
  readonly ownerDocument: PageMaker;
  attributes: PageAttribute[] = [];
  /** Readability's own notes on the element. */
  readability: unknown = undefined;
  _readabilityDataTable: unknown = undefined;

  constructor(ownerDocument: PageMaker, tagName: string) {
    super();
    this.ownerDocument = ownerDocument;
    this.tagName = tagName;
  }

  get nodeName(): string {
    return this.tagName;
  }

  get localName(): string {
    return this.tagName.toLowerCase();
  }

  get id(): string {
    return this.getAttribute('id') ?? '';
  }

  set id(id: string) {
    this.setAttribute('id', id);
  }

  get className(): string {
    return this.getAttribute('class') ?? '';
  }

  set className(names: string) {
    this.setAttribute('class', names);
  }

  get src(): string | undefined {
    return this.tagName === 'IMG' ? (this.getAttribute('src') ?? '') : undefined;
  }

  get srcset(): string | undefined {
    return this.tagName === 'IMG' ? (this.getAttribute('srcset') ?? '') : undefined;
  }

  /** The two properties that hide an element, where it has a style at all. */
  get style(): { readonly display: string; readonly visibility: string } | undefined {
    const style = this.getAttribute('style');
    return style === null
      ? undefined
      : { display: propertyOf(style, 'display'), visibility: propertyOf(style, 'visibility') };
  }

  /**
   * Not markup but a copy, whose children are what was inside: Readability reads it only to put it back, which spares
   * writing markup and parsing it again.
   */
  get innerHTML(): PageElement {
    return copyOf(this);
  }

  set innerHTML(copy: PageElement) {
    while (this.firstChild) this.firstChild.remove();
    for (const child of copyOf(copy).childNodes) this.appendChild(child);
  }

  getAttribute(name: string): string | null {
    return this.attributeNamed(name)?.value ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.attributeNamed(name) !== undefined;
  }

  setAttribute(name: string, value: string): void {
    const attribute = this.attributeNamed(name);
    if (attribute) attribute.value = String(value);
    else this.attributes.push(new PageAttribute(name, String(value)));
  }

  setAttributeNode({ name, value }: PageAttribute): void {
    this.setAttribute(name, value);
  }

  removeAttribute(name: string): void {
    const attribute = this.attributeNamed(name);
    if (attribute) this.attributes = this.attributes.filter((one) => one !== attribute);
  }

  private attributeNamed(name: string): PageAttribute | undefined {
    for (const attribute of this.attributes) if (attribute.name === name) return attribute;
    return undefined;
  }
}

/** Whether a node is an element. */
export const isElement = (node: PageNode): node is PageElement => node.nodeType === 1;
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

function copyOf(element: PageElement): PageElement {
  const copy = new PageElement(element.ownerDocument, element.tagName);
  copy.attributes = element.attributes.map((attribute) => attribute.cloneNode());
  for (let node: PageNode | null = element.firstChild; node; node = node.nextSibling)
    copy.appendChild(
      node instanceof PageElement ? copyOf(node) : new PageText(node.textContent, node.nodeType as 3 | 8),
    );
  return copy;
}

/** What a style says of a property; the last time counts. */
function propertyOf(style: string, property: string): string {
  let value = '';
  for (const rule of style.split(';')) {
    const colon = rule.indexOf(':');
    if (colon > 0 && rule.slice(0, colon).trim().toLowerCase() === property)
      value = rule
        .slice(colon + 1)
        .replace('!important', '')
        .trim()
        .toLowerCase();
  }
  return value;
}
