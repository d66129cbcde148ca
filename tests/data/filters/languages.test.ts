// Texts of other languages, and of scripts without blanks. The limits of languages are those in FineWeb2's published files.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crawlParameters } from '../../../src/data/crawl/parameters.js';
import { minHasher, minHashSimilarity } from '../../../src/data/dedup/minHash.js';
import { phraseSimilarity } from '../../../src/data/dedup/phraseSimilarity.js';
import { c4Quality } from '../../../src/data/filters/c4Quality.js';
import { finewebFilters } from '../../../src/data/filters/fineweb.js';
import { finewebQuality } from '../../../src/data/filters/finewebQuality.js';
import { gopherQuality, gopherQualityDefaults } from '../../../src/data/filters/gopherQuality.js';
import { byLanguage } from '../../../src/data/filters/language.js';
import { languageLimits } from '../../../src/data/filters/languageLimits.js';
import { judgeAll } from '../../../src/data/pipeline.js';
import { currentWords } from '../../../src/data/text/currentWords.js';
import { blankedText, lacksBlanks } from '../../../src/data/text/wordBreaks.js';

const document = (text: string, language = 'zh') => ({ id: 'a', text, metadata: { language } });
const wordsOf = (text: string): string[] => {
  const { count, from, to } = currentWords(text);
  return Array.from({ length: count }, (_, nth) => text.slice(from[nth]!, to[nth]!));
};

const chinese = [
  '昨天下午，图书馆的管理员在整理旧报纸的时候，发现了一封一百年前的信。',
  '写信的人是一位年轻的船长，他在信中向家人讲述了海上的生活和天气的变化。',
  '信里说，船上的食物已经不多了，可是大家都相信春天到来之前一定能够回到港口。',
  '专家认为，这封信对于了解当时的航海历史有很大的帮助，也为研究者提供了新的线索。',
  '图书馆计划在下个月举办一次展览，让更多的市民有机会看到这封珍贵的信。',
  '展览将会持续三个星期，门票是免费的，不过需要提前在网上预约参观的时间。',
].join('\n');
const german = [
  'Die Stadt hat am Montag beschlossen, die alte Brücke im Norden in diesem Jahr nicht mehr zu öffnen.',
  'Der Grund ist ein Schaden an den Pfeilern, der von einem Taucher im Herbst gefunden wurde.',
  'Für die Bewohner von der anderen Seite wird das Leben damit nicht leichter, denn der Weg in die Stadt ist nun lang.',
  'Das Geld für den Bau ist da, aber es fehlt an Firmen, die mit dem Stein von früher umgehen können.',
].join('\n');

describe('words where a script has no blanks', () => {
  it('are those of the dictionary, with marks between them; other scripts are parted as ever', () => {
    assert.deepEqual(wordsOf('我爱北京天安门，你呢？？'), [
      '我',
      '爱',
      '北京',
      '天安门',
      '，',
      '你',
      '呢',
      '？？',
    ]);
    assert.deepEqual(wordsOf('แมวตัวนี้ชอบกินปลา'), ['แมว', 'ตัว', 'นี้', 'ชอบ', 'กิน', 'ปลา']);
    assert.deepEqual(wordsOf('The 北京天安门 gate'), ['The', '北京天安门', 'gate']);
  });
  it('are left as they are where somebody has parted them already', () => {
    const parted = '町議会 は 火曜日 に 予算 に ついて 話し合いました';
    assert.equal(blankedText(parted), parted);
    assert.ok(lacksBlanks(parted.replaceAll(' ', '')));
  });
});

describe('MinHash of Chinese', () => {
  it('signs a page without blanks, equal pages equally, and estimates what two have in common', () => {
    const sign = minHasher();
    const short = '图书馆计划在下个月举办一次展览';
    assert.deepEqual(sign(short), sign(short));
    assert.ok(sign(short));
    const changed = chinese.replace('一百年前', '两百年前').replace('免费的', '五块钱');
    const counted = phraseSimilarity(chinese, changed);
    assert.ok(counted > 0.8 && counted < 0.95);
    assert.ok(Math.abs(minHashSimilarity(sign(chinese)!, sign(changed)!) - counted) < 0.12); // three times .04
  });
});

describe('the limits of a language', () => {
  it("are FineWeb2's: of German and Chinese these numbers", () => {
    const {
      gopherQuality: de,
      gopherRepetition,
      finewebQuality: lines,
      c4Quality: c4,
    } = languageLimits('de');
    assert.ok(de && gopherRepetition && lines);
    assert.deepEqual(
      [de.maxMeanLength, de.minAlphabetic, lines.maxBreaksPerWord, c4],
      [15, 0.774, 0.152, false],
    );
    assert.deepEqual(gopherRepetition.topPhrases, [
      [2, 0.169],
      [3, 0.153],
      [4, 0.137],
    ]);
    const { gopherQuality: zh } = languageLimits('zh');
    assert.ok(zh && zh.maxMeanLength === 5 && zh.stopWords.includes('的'));
  });
  it("are the run's own for English, and can be changed for each", () => {
    const config = {
      gopherQuality: { minWords: 20 },
      languages: { en: {}, de: { minScore: 0.8, finewebQuality: false } },
    } as const;
    const { languages } = crawlParameters(config);
    assert.deepEqual(
      [languages.en!.gopherQuality, languages.de!.minScore],
      [{ ...gopherQualityDefaults, minWords: 20 }, 0.8],
    );
    assert.deepEqual([languages.de!.finewebQuality, languages.de!.c4Quality], [false, false]);
  });
});

describe('filters of several languages', async () => {
  const languages = { en: languageLimits('en'), de: languageLimits('de'), zh: languageLimits('zh') };
  const filters = await finewebFilters({ url: false, extraction: false, languages });
  const judged = (text: string) => judgeAll({ id: 'a', text, metadata: {} }, filters);

  it('keep prose of each, and note its language', () => {
    for (const [text, language] of [
      [chinese, 'zh'],
      [german, 'de'],
    ] as const) {
      const { dropped, document: kept } = judged(text);
      assert.deepEqual([dropped, kept.metadata.language, kept.text], [undefined, language, text]);
    }
  });
  it('drop other languages, and what is no prose in its own', () => {
    const menu = chinese.split('\n').slice(0, 2).join('');
    assert.equal(
      judged('Le conseil municipal a décidé de fermer le vieux pont pendant toute la durée des travaux.')
        .dropped?.reason,
      'language fr',
    );
    assert.equal(judged(menu).dropped?.reason, 'too few words');
  });
  it('drop the same Chinese page by the rules of English', () => {
    assert.equal(gopherQuality().judge(document(chinese)).keep, false);
  });
});

describe('byLanguage()', () => {
  it('refuses filters of different names', () => {
    assert.throws(() => byLanguage({ en: gopherQuality(), de: finewebQuality() }), {
      message: 'Cannot make one filter: expected one name, got Gopher quality, FineWeb quality',
    });
  });
});

describe('ends of sentences', () => {
  const share = (line: string, endMarks: 'english' | 'all') =>
    finewebQuality({ endMarks, minPunctuatedLines: 1, maxShortLines: 1, maxBreaksPerWord: 9 }).judge(
      document(line),
    ).keep;
  it('are marks of every script with quotation marks behind them, or those of English', () => {
    for (const line of [
      '他回来了。',
      'वह आया।',
      'هل عاد؟',
      'He said: “Go.”',
      'He left (at last.)',
      'Gone…',
      '「行こう。」',
    ])
      assert.deepEqual([share(line, 'english'), share(line, 'all')], [false, true], line);
    for (const line of ['He left.', 'Did he?', 'He said "go"'])
      assert.ok(share(line, 'english') && share(line, 'all'), line);
    for (const line of ['Menu', 'News,', '首页']) assert.ok(!share(line, 'all'), line);
  });
  it("C4's rules count words and sentences of Chinese", () => {
    const verdict = c4Quality().judge(document(chinese));
    assert.ok(verdict.keep);
    assert.equal(verdict.document?.text, chinese);
  });
});
