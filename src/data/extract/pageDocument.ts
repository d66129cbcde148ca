/** The document of a page: what is at its root, and makes its nodes. */
import { PageElement, PageParent, PageText } from './pageNodes.js';

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
