import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { tokenView } from '../../src/plot/tokens.js';

const display = Symbol.for('Jupyter.display');
const shown = (text: string | number[], id = 1) => ({
  id,
  bytes: Uint8Array.from(Buffer.from(text as string)),
});
const bundleOf = (...tokens: Parameters<typeof tokenView>[0]) =>
  (tokenView(tokens) as unknown as { [display]: () => Record<string, string> })[display]();

test('tokenView() as text puts tokens between bars and makes spaces and newlines visible', () => {
  const bundle = bundleOf(shown('to'), shown(' be'), shown('\n\t'));
  assert.equal(bundle['text/plain'], '|to|·be|↵→|');
  assert.equal(inspect(tokenView([shown('to')])), '|to|');
});

test('what would be invisible has a sign: control characters, zero-width ones, half characters', () => {
  assert.equal(bundleOf(shown('\0\x1b\x7f'))['text/plain'], '|␀␛␡|');
  assert.equal(bundleOf(shown('\u200b\ufeff\u00a0'))['text/plain'], '|‹U+200B›‹U+FEFF›‹U+00A0›|');
  assert.equal(bundleOf(shown([0xe5, 0x88]), shown([0x86]))['text/plain'], '|‹E5›‹88›|‹86›|');
  assert.equal(bundleOf(shown([0x61, 0xe5, 0x88, 0x86, 0xff]))['text/plain'], '|a分‹FF›|');
  assert.equal(bundleOf(shown('\u0301'))['text/plain'], '|◌\u0301|');
});

test('the HTML has a span with the id for each token, and nothing of the text becomes markup', () => {
  const html = bundleOf(shown('<b>&"\'', 42), shown('x\n', 7))['text/html']!;
  assert.equal(html.match(/<span /g)?.length, 2);
  assert.match(html, /title="id 42, 6 bytes"/);
  assert.doesNotMatch(html, /<b>/);
  assert.match(html, /&lt;b&gt;&amp;/);
  assert.match(html, /x↵<\/span><br>/);
});

test('special tokens are shown by name, neighbours in different colours', () => {
  const special = { id: 9, bytes: new Uint8Array(0), name: '<|endoftext|>' };
  assert.equal(bundleOf(special)['text/plain'], '|<|endoftext|>|');
  assert.match(bundleOf(special)['text/html']!, /&lt;\|endoftext\|&gt;/);
  const colours = [...bundleOf(shown('a'), shown('b'))['text/html']!.matchAll(/background:(#\w+)/g)];
  assert.notEqual(colours[0]?.[1], colours[1]?.[1]);
});

test('with a mask, tokens that count and others differ in colour, and in brackets as text', () => {
  const end = { id: 9, bytes: new Uint8Array(0), name: '<|im_end|>' };
  const view = tokenView([shown('Hi'), end, shown('Ho'), end], { mask: [0, 0, 1, 1] });
  assert.equal(inspect(view), '|Hi|<|im_end|>|[Ho]|[<|im_end|>]|');
  const html = (view as unknown as { [display]: () => Record<string, string> })[display]()['text/html']!;
  const colours = [...html.matchAll(/background:(#\w+)/g)].map(([, colour]) => colour);
  assert.equal(new Set(colours).size, 4, 'text and marks, counted or not');
  assert.throws(() => tokenView([end], { mask: [1, 0] }), /expected a mask of 1 entries, got 2/);
});

test('no tokens is an empty view', () => {
  assert.equal(bundleOf()['text/plain'], '|');
});

test('tokenView() shows the first 5,000 tokens and says how many follow', () => {
  const view = tokenView(new Array(20_000).fill(shown('ab')));
  const html = bundleOf(...view.tokens)['text/html']!;
  assert.equal(html.match(/<span/g)!.length, 5000);
  assert.ok(html.length < 1_000_000);
  for (const text of [html, inspect(view)]) assert.match(text, / … and 15,000 more tokens(<\/div>)?$/);
  assert.ok(!inspect(tokenView(new Array(5000).fill(shown('ab')))).includes('more'));
});
