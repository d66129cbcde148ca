// FineWeb's own rules with the limits of its released code; C4's from Raffel et al. 2020, section 2.2.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Filter } from '../../../src/data/filter.js';
import { c4Quality } from '../../../src/data/filters/c4Quality.js';
import { finewebQuality } from '../../../src/data/filters/finewebQuality.js';

const judge = (filter: Filter, text: string) => filter.judge({ id: 'x', text, metadata: {} });
const reason = (filter: Filter, text: string) => {
  const verdict = judge(filter, text);
  return verdict.keep ? 'keep' : verdict.reason;
};
const lines = (n: number, make: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => make(i)).join('\n');

describe('finewebQuality()', () => {
  const fineweb = (text: string, options = {}) => reason(finewebQuality(options), text);
  const long = (i: number) => `line ${i} tells of a hunt for a whale in the cold sea`;

  it('wants 12 % of the lines to end in a mark', () => {
    const text = (n: number) => lines(100, (i) => long(i) + (i < n ? '.' : ''));
    assert.deepEqual(
      [11, 12].map((n) => fineweb(text(n))),
      ['lines without full stop', 'keep'],
    );
  });
  it('allows 67 % of lines of at most 30 characters', () => {
    const text = (n: number) => lines(100, (i) => (i < n ? `${i} is a rather short line.` : `${long(i)}.`));
    assert.deepEqual(
      [67, 68].map((n) => fineweb(text(n))),
      ['keep', 'short lines'],
    );
    const exact = (length: number) =>
      lines(10, (i) => `${i}${'x '.repeat(20)}`.slice(0, length - 1).concat('.'));
    assert.deepEqual(
      [30, 31].map((n) => fineweb(exact(n))),
      ['short lines', 'keep'],
    );
  });
  it('allows 1 % of the characters in repeated lines as the code has it, 10 % as the paper says', () => {
    const text = `${lines(40, (i) => `${long(i)}.`)}\n${long(0)}.`; // one of 41 lines: 2.4 %
    assert.equal(fineweb(text), 'characters in repeated lines');
    assert.equal(fineweb(text, { maxRepeatedCharacters: 0.1 }), 'keep');
  });
  it('allows three line breaks for ten words', () => {
    const text = (words: string) => lines(50, (i) => `${i}${words}.`);
    assert.equal(fineweb(text(' an incomprehensibility of unpronounceable')), 'keep');
    assert.equal(fineweb(text('-incomprehensible-unpronounceability')), 'a list');
  });
  it('does not count blank lines and drops a text of nothing else', () => {
    assert.equal(fineweb(`${long(1)}.\n\n\n\n${long(2)}.`), 'keep');
    assert.equal(fineweb('\n \n'), 'empty');
  });
});

describe('c4Quality()', () => {
  const five = lines(5, (i) => `Sentence number ${i} is here.`);
  const textOf = (text: string, options = {}) => {
    const verdict = judge(c4Quality(options), text);
    return verdict.keep ? verdict.document?.text : verdict.reason;
  };
  it('keeps five sentences and drops four', () => {
    assert.equal(textOf(five), five);
    assert.equal(textOf(five.split('\n').slice(1).join('\n')), 'too few sentences');
    assert.match(
      textOf('One is here. Two is here. Three is here. Four is here. Five is here.') ?? '',
      /^One/,
    );
  });
  it('cuts lines about JavaScript, cookies and policies, and lines of fewer than three words', () => {
    for (const line of [
      'Please enable JavaScript in your browser.',
      'This site uses cookies.',
      'Read our Privacy Policy here.',
      'Share this',
      'x'.repeat(1001),
    ])
      assert.equal(textOf(`${five}\n${line}`), five, line.slice(0, 40));
  });
  it('cuts lines without a full stop only where asked to, as FineWeb left that rule out', () => {
    const text = `${five}\nA line without an end`;
    assert.equal(textOf(text), text);
    assert.equal(textOf(text, { terminalPunctuation: true }), five);
    assert.equal(textOf(`${five}\nA line with an open end...`, { terminalPunctuation: true }), five);
  });
  it('drops a page with a curly bracket or with lorem ipsum', () => {
    assert.equal(textOf(`${five}\nif (a) { return b; }`), 'curly bracket');
    assert.equal(textOf(`${five}\nLorem ipsum dolor sit amet.`), 'lorem ipsum');
  });
  it("takes out Wikipedia's footnotes", () => {
    assert.equal(
      textOf(`${five}\nIt is so[12] and so[citation needed] here[edit].`),
      `${five}\nIt is so and so here.`,
    );
  });
});
