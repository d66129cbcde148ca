/**
 * Texts with a score to learn from, without anybody having rated them: a rubric rates the source instead. It is a teacher of
 * little judgement: a chapter of Moby-Dick that explains whales gets the novel's score.
 */
import { createRandom } from '../../core/random.js';
import { type CorpusName, readCorpus } from '../corpora/corpora.js';
import { labelledCrawl } from '../samples/labelledCrawl.js';
import { pageParts } from './pageParts.js';
import type { RatedText } from './qualityClassifier.js';

/** A passage with the score of its source. */
export interface QualityExample extends RatedText {
  readonly source: CorpusName | 'article' | 'beside' | 'junk';
  /** Passages of one document, or of one site, have the same; all of them are learned from, or none. */
  readonly document: string;
}

/**
 * What a source is worth to a pupil, after FineWeb-Edu's scale of 0 to 5: facts and definitions teach, speeches and news a
 * little, a story hardly. `article` and `beside` are the two parts of real pages: without them the judge never saw a menu.
 */
export const qualityRubric: { readonly [source in QualityExample['source']]: number } = {
  factbook: 5,
  wordnet: 4,
  sotu: 2,
  article: 2,
  'moby-dick': 1,
  beside: 0,
  junk: 0,
};

/**
 * Cuts the corpora, real pages and the labelled crawl's junk into passages and draws as many of each source.
 *
 * @param options.count Passages of each source, where it has so many; default 600.
 * @param options.words Words of a passage; default 120.
 *
 * @example
 * const examples = qualityExamples({ count: 10 });
 * examples.length // 70
 */
export function qualityExamples({
  count = 600,
  words = 120,
  seed = 1,
}: {
  readonly count?: number;
  readonly words?: number;
  readonly seed?: number;
} = {}): QualityExample[] {
  const random = createRandom(seed);
  const sources = Object.keys(qualityRubric) as QualityExample['source'][];
  return random.shuffle(
    sources.flatMap((source) => {
      const texts = textsOf(source, count, seed);
      const passages = texts.flatMap(({ id, text }) =>
        passagesOf(text, words).map((passage) => ({
          text: passage,
          score: qualityRubric[source],
          source,
          document: id,
        })),
      );
      return random.shuffle(passages).slice(0, count);
    }),
  );
}

function textsOf(source: QualityExample['source'], count: number, seed: number): readonly Text[] {
  if (source === 'junk') return junk(count, seed);
  if (source === 'article' || source === 'beside')
    return pageParts().map((parts) => ({ id: parts.site, text: parts[source] }));
  return documentsOf(source);
}

interface Text {
  readonly id: string;
  readonly text: string;
}

/** Definitions are too short alone, so a hundred that stand together in the dictionary are one document. */
function documentsOf(source: CorpusName): readonly Text[] {
  const documents = readCorpus(source);
  if (source !== 'wordnet') return documents;
  return Array.from({ length: Math.floor(documents.length / 100) }, (_, nth) => {
    const together = documents.slice(100 * nth, 100 * nth + 100);
    return { id: `wordnet ${nth}`, text: together.map(({ text }) => text).join('\n') };
  });
}

function junk(count: number, seed: number): readonly Text[] {
  const shares = { article: 0.01, boilerplate: 1, spam: 1, 'machine junk': 1 };
  return [...labelledCrawl({ pages: 2 * count, seed, shares })]
    .filter(({ label }) => label !== 'article')
    .map(({ url, text }) => ({ id: url, text }));
}

/** Pieces of so many words; what is left at the end is one if it is at least a third as long. */
function passagesOf(text: string, words: number): string[] {
  const pieces = text.match(new RegExp(`(?:\\S+\\s*){1,${words}}`, 'g')) ?? [];
  const last = pieces.at(-1);
  const isShort = pieces.length > 1 && last!.split(/\s+/).length < words / 3;
  return (isShort ? pieces.slice(0, -1) : pieces).map((piece) => piece.trim());
}
