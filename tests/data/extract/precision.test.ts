import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extractText } from '../../../src/data/extract/extraction.js';
import { withoutSiteBoilerplate } from '../../../src/data/extract/siteBoilerplate.js';

const sentences = [
  'The boats were lowered before the sun had cleared the horizon, and nobody spoke.',
  'For an hour they rowed against a swell that came round the cape from the south.',
  'Then the lookout called, and a spout stood white against the grey of the morning.',
  'The mate steered for it, his eyes half closed, counting the seconds between two breaths.',
  'When the whale rounded to dive, its back shone like a wet road in the first light.',
  'They waited with the oars lifted, and the water dripped from the blades into the sea.',
];
const story = sentences.map((sentence) => `${sentence} ${sentences[0]}`);
const paragraphs = story.map((text) => `<p>${text}</p>`);

const textOf = (html: string, precision = true) => {
  const result = extractText(html, { precision });
  return result.found ? result.text : result.reason;
};
/** A page whose article has `extra` between its second and its third paragraph. */
const pageWith = (extra: string, { before = '', behind = '' } = {}) =>
  `<html><head><title>At sea</title></head><body><nav><a href="/">Home</a></nav><div class="content">
  <h1>At sea</h1>${before}<div class="text">${paragraphs.slice(0, 2).join('')}${extra}${paragraphs.slice(2).join('')}
  </div>${behind}</div></body></html>`;

describe('extractText() with precision', () => {
  it('takes out what a page names as something else, and keeps every line of the article', () => {
    for (const extra of [
      '<figure><img src="a.png"><figcaption>A boat off the cape, in calm weather.</figcaption></figure>',
      '<div class="image__caption"><p>A boat off the cape, in calm weather.</p></div>',
      '<div class="related-articles"><p>Five harbours that you should see this year.</p></div>',
      '<section class="newsletter-form"><p>Our best stories, in your mailbox every week.</p></section>',
      '<div id="cookie-banner"><p>We and our 800 partners store information on your device.</p></div>',
      '<div class="author_bio"><p>Anna Reed writes about ships, and has done so for years.</p></div>',
      '<div role="complementary"><p>The weather for the weekend, hour by hour.</p></div>',
      '<div class="shareThis"><p>Tell your friends about it.</p></div>',
      '<footer><p>Printed on paper from woods that grow again.</p></footer>',
    ])
      assert.equal(textOf(pageWith(extra)), story.join('\n'), extra);
  });
  it('takes out lists of links, and lines that point elsewhere, in several languages', () => {
    for (const extra of [
      '<ul><li><a href="/1">Harbours of the north</a><li><a href="/2">How ropes are made</a></ul>',
      '<p><a href="/1">Harbours of the north, and who built them</a></p>',
      '<p>Read also: harbours of the north</p>',
      '<p>Lesen Sie auch: Häfen des Nordens</p>',
      '<p>Lea también: los puertos del norte</p>',
      '<p>À lire aussi : les ports du nord</p>',
      '<p>Czytaj też: porty północy</p>',
      '<p>Photo: Anna Reed / Agency</p>',
    ])
      assert.equal(textOf(pageWith(extra)), story.join('\n'), extra);
  });
  it('leaves a link inside a sentence, a list of words, code, and a sentence that begins like a pointer', () => {
    for (const [extra, text] of [
      ['<p>They had <a href="/1">harpoons</a> of two kinds.</p>', 'They had harpoons of two kinds.'],
      ['<ul><li>bread<li>water</ul>', '- bread\n- water'],
      ['<pre>row()\n  wait()</pre>', 'row()\n  wait()'],
      ['<p>Related species keep to the north.</p>', 'Related species keep to the north.'],
      ['<p>Headers of salt and more loads of rope.</p>', 'Headers of salt and more loads of rope.'],
    ] as const)
      assert.equal(textOf(pageWith(extra)), [...story.slice(0, 2), text, ...story.slice(2)].join('\n'));
  });
  it('does not believe a name that stands on the whole article', () => {
    const html = `<body class="has-sidebar subscribe-ok"><div class="related sponsor">${paragraphs.join('')}</div>`;
    assert.equal(textOf(html), story.join('\n'));
  });
  it('takes comments out though they are longer than the article', () => {
    const comments = Array.from({ length: 12 }, (_, nth) => `<p>Comment ${nth}: ${story[nth % 6]}</p>`).join(
      '',
    );
    const html = pageWith('', { behind: `<div id="comments" class="comment-list">${comments}</div>` });
    assert.equal(textOf(html), story.join('\n'));
  });
  it('puts back the lead that stands apart under the heading', () => {
    const lead = 'How six men in an open boat came near to the largest animal there is.';
    const html = pageWith('', { before: `<header class="page-header"><p>${lead}</p></header>` });
    assert.equal(textOf(html, false).includes(lead), false);
    assert.equal(textOf(html), [lead, ...story].join('\n'));
  });
  it('takes short notes off both ends, and leaves a list of short lines alone', () => {
    const notes = pageWith('').replace('<div class="text">', '<div class="text"><p>12 May 1851</p>');
    assert.equal(
      textOf(notes.replace('</div></div>', '<h3>You may like</h3></div></div>')),
      story.join('\n'),
    );
    const poem = Array.from({ length: 12 }, (_, nth) => `line ${nth} of the song`);
    assert.equal(textOf(`<body>${poem.map((line) => `<p>${line}</p>`).join('')}`), poem.join('\n'));
  });
  it('finds the text where Readability takes the wrong box', () => {
    // Readability throws boxes away for names such as `media`; what is left is long enough for it.
    const posts = story.map((text) => Array(4).fill(text).join(' '));
    const boxes = posts.slice(1).map((text) => `<div class="media"><p>${text}</p><p>${text}</p></div>`);
    const html = `<body><div><p>${posts[0]}</p>${boxes.join('')}</div></body>`;
    assert.equal(textOf(html, false), posts[0]);
    assert.equal(textOf(html), posts.flatMap((text, nth) => (nth ? [text, text] : text)).join('\n'));
  });
  it('keeps the article of an aside and not the cookie banner beside it (adbar/trafilatura#569)', () => {
    const banner =
      '<div class="cookie-notice"><p>This site stores cookies, of our own and of others.</p></div>';
    assert.equal(textOf(`<body>${banner}<aside>${paragraphs.join('')}</aside></body>`), story.join('\n'));
  });
  it('drops soft hyphens, which nobody sees', () => {
    assert.match(textOf('<p>The har\u00adpoon\u00adeers slept.</p>'), /^The harpooneers slept\.$/);
  });
  it('finds nothing where all of a page is links', () => {
    const rows = '<div class="related"><ul><li><a href="/">See also: more of it</a></ul></div>'.repeat(9000);
    assert.equal(extractText(`<body>${rows}</body>`).found, false);
  });
});

describe('withoutSiteBoilerplate()', () => {
  const page = (host: string, nth: number, text: string) => ({
    id: `${host} ${nth}`,
    url: `https://${host}/${nth}`,
    text,
    metadata: {},
  });
  const textsOf = (texts: readonly string[], hosts = ['sea.example']) =>
    withoutSiteBoilerplate(texts.map((text, nth) => page(hosts[nth % hosts.length]!, nth, text))).map(
      ({ text }) => text,
    );
  const note = 'All rights are ours.';
  it('takes out a line that three pages of a site have, and none that two have', () => {
    const ended = story.map((text) => `${text}\n${note}`);
    assert.deepEqual(textsOf(ended.slice(0, 3)), story.slice(0, 3));
    assert.deepEqual(textsOf(ended.slice(0, 2)), ended.slice(0, 2));
  });
  it('counts each site for itself, with and without www', () => {
    const texts = story.map((text) => `${text}\n${note}`);
    assert.deepEqual(textsOf(texts.slice(0, 4), ['a.example', 'b.example']), texts.slice(0, 4));
    assert.deepEqual(textsOf(texts, ['a.example', 'www.a.example']), story);
  });
  it('leaves copies of a page alone, whole or nearly', () => {
    assert.deepEqual(textsOf([story[0]!, story[0]!, story[0]!]), [story[0], story[0], story[0]]);
    const near = [1, 2, 3].map((nth) => `${story.join('\n')}\nCopy ${nth}.`);
    assert.deepEqual(textsOf(near), near);
  });
  it('leaves documents without an address as they are, and refuses a number of pages that says nothing', () => {
    const plain = [1, 2, 3].map((nth) => ({ id: `${nth}`, text: `${story[nth]}\n${note}`, metadata: {} }));
    assert.deepEqual(withoutSiteBoilerplate(plain), plain);
    assert.throws(() => withoutSiteBoilerplate(plain, { minPages: 1 }), /a whole number from 2, got 1/);
  });
});
