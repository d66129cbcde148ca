import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languageFilter, languageModel } from '../../../src/data/filters/language.js';

// Article 1 of the Universal Declaration of Human Rights.
const article: Readonly<Record<string, string>> = {
  en: 'All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience.',
  de: 'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt.',
  fr: 'Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison.',
  es: 'Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón.',
  zh: '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。',
  ru: 'Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью.',
};

describe('languageModel()', () => {
  it('knows six languages by one sentence each', async () => {
    const identify = await languageModel();
    for (const [language, text] of Object.entries(article))
      assert.equal(identify(text)[0]?.language, language);
  });
  it('knows a language by a text in capitals too', async () => {
    const identify = await languageModel();
    for (const [text, language] of [
      ['MY FRIEND IS A BIRD', 'en'],
      ['THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG', 'en'],
      ['WO IST DER BAHNHOF IN DIESER STADT?', 'de'],
      ['МОЙ ДРУГ ЖИВЁТ В МОСКВЕ', 'ru'],
      ['我的朋友住在北京', 'zh'],
    ] as const)
      assert.equal(identify(text)[0]!.language, language, text);
    assert.deepEqual(identify('CALL ME ISHMAEL'), identify('call me ishmael'));
  });
  it('reads past the first line, where fastText itself stops', async () => {
    const identify = await languageModel();
    const broken = article.de!.replaceAll(' ', '\n');
    assert.deepEqual(identify(broken), identify(article.de!));
  });
  it('gives several guesses, the surest first, and answers to any text', async () => {
    const identify = await languageModel({ top: 3 });
    const scores = identify(article.en!).map(({ score }) => score);
    assert.equal(scores.length, 3);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    for (const odd of ['', '\n', '\ud800', '\0', '12345', 'x'.repeat(100_000)])
      assert.ok(identify(odd).length > 0);
  });
});

describe('languageFilter()', () => {
  it('refuses a language that the model does not know', async () => {
    await assert.rejects(languageFilter({ language: 'xx' }), {
      name: 'RangeError',
      message: /^Cannot keep language "xx": expected a code that the model knows, one of af, als, am, /,
    });
  });
  it('keeps English above 0.65 with its score and drops the rest by name', async () => {
    const filter = await languageFilter();
    for (const [language, text] of Object.entries(article)) {
      const verdict = filter.judge({ id: language, text, metadata: {} });
      assert.equal(
        verdict.keep ? 'keep' : verdict.reason,
        language === 'en' ? 'keep' : `language ${language}`,
      );
      if (verdict.keep) assert.ok(Number(verdict.document?.metadata.languageScore) > 0.65);
    }
  });
  it('drops English that it is not sure of, at the limit it is given', async () => {
    const strict = await languageFilter({ minScore: 0.9999 });
    const verdict = strict.judge({ id: 'x', text: article.en!, metadata: {} });
    assert.equal(verdict.keep ? 'keep' : verdict.reason, 'unsure en');
  });
});
