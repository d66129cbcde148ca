/**
 * HTML that authors and outputs bring along, made whole, so that it cannot reach beyond its own place on a page; and,
 * for text that comes with a notebook, made inert, so that it cannot run anything either.
 */
import { Parser } from 'htmlparser2';
import { escapeHtml } from '../../core/html.js';

/**
 * Closes what is open and drops end tags of nothing and comments: an unfinished one would hide the rest of the page.
 *
 * @example
 * wholeHtml('</main><b>bold <!-- and') // '<b>bold </b>'
 */
export function wholeHtml(html: string): string {
  return rewritten(html, () => undefined);
}

/**
 * Whole, and with nothing that runs: of elements and attributes those that text needs are kept, and of links those that
 * lead to a page, a file or a picture.
 *
 * @example
 * inertHtml('<a href="javascript:alert(1)" onclick="x()">a</a><script>y()</script>') // '<a>a</a>'
 */
export function inertHtml(html: string): string {
  return rewritten(html, (name, attributes) => {
    if (!textElements.has(name)) return silent.has(name) ? 'drop all' : 'drop tag';
    for (const [key, value] of Object.entries(attributes)) if (!isInert(key, value)) delete attributes[key];
    if (name === 'input') attributes.disabled = '';
    return undefined;
  });
}

/** What is to be done with an element, whose attributes may be changed; `undefined` keeps it. */
type Judge = (name: string, attributes: Attributes) => 'drop tag' | 'drop all' | undefined;
type Attributes = { [name: string]: string };

function rewritten(html: string, judge: Judge): string {
  let out = '';
  let dropping = 0; // how deep inside an element that is dropped with all in it
  const open: { readonly name: string; readonly kept: boolean }[] = [];
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const verdict = dropping > 0 ? 'drop all' : pageTags.has(name) ? 'drop tag' : judge(name, attributes);
        open.push({ name, kept: verdict === undefined });
        if (verdict === 'drop all') dropping++;
        if (verdict === undefined) out += tagOf(name, attributes);
      },
      ontext: (text) => {
        if (dropping === 0) out += textOf(text, open.at(-1)?.name);
      },
      onclosetag: (name) => {
        if (open.pop()?.kept) out += empty.has(name) ? '' : `</${name}>`;
        else if (dropping > 0) dropping--;
      },
    },
    { recognizeSelfClosing: true },
  );
  parser.end(html);
  return out;
}

function tagOf(name: string, attributes: Attributes): string {
  const pairs = Object.entries(attributes).filter(([key]) => /^[^\s"'<>/=]+$/.test(key));
  return `<${name}${pairs.map(([key, value]) => ` ${key}="${escapeHtml(value)}"`).join('')}>`;
}

/** Text as the element around it has it: a script's is no markup, and must not seem to open a comment. */
function textOf(text: string, element: string | undefined): string {
  if (element === 'script') return text.replaceAll('<!--', '<\\!--');
  return element === 'style' ? text : escapeHtml(text).replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What belongs to the page around, or would take in the rest of it. */
const pageTags = words('html head body frameset plaintext');
const empty = words('area base br col embed hr img input link meta source track wbr');

/** Elements of text, tables and formulas. */
const textElements = words(
  'a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption ' +
    'figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub ' +
    'summary sup table tbody td tfoot th thead time tr tt u ul var wbr math annotation maction menclose merror mfenced ' +
    'mfrac mglyph mi mlabeledtr mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle ' +
    'msub msubsup msup mtable mtd mtext mtr munder munderover none semantics',
);

/** Elements of which not even the text is to be seen. */
const silent = words('script style iframe object embed applet template noscript svg video audio canvas form');

/** No events, no styles that leave their place, and links to nothing that runs. */
function isInert(key: string, value: string): boolean {
  if (key.startsWith('on') || key === 'srcdoc' || key === 'srcset' || key === 'formaction') return false;
  if (key === 'style') return !/position|url\(|expression|@import|\\/i.test(value);
  return !['href', 'src', 'xlink:href', 'action', 'background', 'cite'].includes(key) || isInertLink(value);
}

/** Whether an address leads to a page, a mail, a place in this book or a picture. */
export function isInertLink(address: string): boolean {
  // Browsers ignore white space and control characters before and within a scheme.
  const plain = address.replace(/[\p{Cc}\p{Z}]/gu, '').toLowerCase();
  const scheme = /^([^/?#:]*):/.exec(plain)?.[1];
  if (scheme === undefined || ['http', 'https', 'mailto', 'ftp'].includes(scheme)) return true;
  return scheme === 'data' && /^data:image\/(png|jpeg|gif|webp)[;,]/.test(plain);
}
