/**
 * From markup to the nodes that Readability works on. htmlparser2 finds tags, texts and entities as browsers mostly do; head
 * and body are put right here. What is too large is found while it is read.
 */
import { Parser } from 'htmlparser2';
import { PageDocument } from './pageDocument.js';
import { PageAttribute, PageElement, type PageNode, PageText } from './pageNodes.js';

// Many deep elements are worse than either: Readability takes time for every pair of an element and one around it.
const maxMeanDepth = 40;
// More than any page has; the rest are left out, since each is compared with those before.
const maxAttributes = 200;

/** How large a page may be; see `ExtractionOptions`. */
export interface PageLimits {
  readonly maxElements: number;
  readonly maxDepth: number;
}

/** Reads a page, up to where it breaks a limit, which is then said in a few words. */
export function parsePage(html: string, { maxElements, maxDepth }: PageLimits): PageDocument | string {
  const document = new PageDocument();
  const top = new PageElement(document, '');
  let problem = '';
  let elements = 0;
  let [depth, depths] = [0, 0];
  let open = top;
  const count = () => {
    if (++elements > maxElements) stop('too many elements');
  };
  const stop = (why: string) => {
    problem ||= why;
    parser.pause();
  };
  const parser = new Parser({
    onopentagname(name) {
      open = open.appendChild(document.createElement(name));
      depths += ++depth;
      if (depth > maxDepth || depths > maxMeanDepth * maxElements) stop('nested too deep');
      count();
    },
    onattribute(name, value) {
      const isRoom = open.attributes.length < maxAttributes;
      if (isRoom && !open.hasAttribute(name)) open.attributes.push(new PageAttribute(name, value));
    },
    onclosetag() {
      depth--;
      open = open.parentNode as PageElement;
    },
    ontext(text) {
      const last = open.lastChild;
      if (last?.nodeType === 3) (last as PageText).textContent += text;
      else open.appendChild(new PageText(text));
    },
    oncomment(text) {
      open.appendChild(new PageText(text, 8));
      count();
    },
  });
  parser.write(html);
  if (problem) return problem;
  parser.end();
  frame(document, top);
  return document;
}

/** Gives a page the root and the body that a browser would add where they are missing. */
function frame(document: PageDocument, top: PageElement): void {
  const { documentElement: root } = document;
  const html = named('HTML', top) ?? top;
  root.attributes = html.attributes;
  for (const node of html.childNodes) root.appendChild(node);
  const body = named('BODY', root) ?? document.createElement('body');
  let isHead = true;
  for (const node of [...root.childNodes, ...top.childNodes]) {
    isHead &&= belongsInHead(node);
    if (!isHead && node !== html && node !== body) body.appendChild(node);
  }
  root.appendChild(body);
  document.body = body;
}

const named = (tagName: string, parent: PageElement): PageElement | undefined =>
  parent.children.find((element) => element.tagName === tagName);

const belongsInHead = (node: PageNode): boolean =>
  node instanceof PageElement
    ? /^(?:HEAD|TITLE|META|LINK|BASE|STYLE|SCRIPT|NOSCRIPT|TEMPLATE)$/.test(node.tagName)
    : node.nodeType === 8 || node.textContent.trim() === '';
