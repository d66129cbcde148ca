/** Elements and the document of a page: the other half of `pageNodes.ts`. */
import { type PageNode, PageParent, PageText } from './pageNodes.js';

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

export class PageElement extends PageParent {
  readonly nodeType = 1;
  /** Capitals, as in a browser. */
  readonly tagName: string;
  readonly ownerDocument: PageDocument;
  attributes: PageAttribute[] = [];
  /** Readability's own notes on the element. */
  readability: unknown = undefined;
  _readabilityDataTable: unknown = undefined;

  constructor(ownerDocument: PageDocument, tagName: string) {
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

/** A page: what `parsePage` returns. */
export class PageDocument extends PageParent {
  readonly nodeType = 9;
  /** Links are resolved against it, and what comes of that is not looked at. */
  readonly baseURI = 'http://page.invalid/';
  readonly documentURI = 'http://page.invalid/';
  readonly documentElement: PageElement = this.appendChild(this.createElement('html'));
  body: PageElement | null = null;

  get title(): string {
    return this.getElementsByTagName('title')[0]?.textContent.trim().replace(/\s+/g, ' ') ?? '';
  }

  createElement(name: string): PageElement {
    return new PageElement(this, name.toUpperCase());
  }

  createTextNode(text: string): PageText {
    return new PageText(text);
  }
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
