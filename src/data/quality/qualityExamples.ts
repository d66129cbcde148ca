/**
 * Texts with a score to learn from, without anybody having rated them: a rubric rates the source instead. It is a teacher of
 * little judgement: a chapter of Moby-Dick that explains whales gets the novel's score.
 */
import { createRandom } from '../../core/random.js';
import { type CorpusName, readCorpus } from '../corpora/corpora.js';
import { labelledCrawl } from '../samples/labelledCrawl.js';
import type { RatedText } from './qualityClassifier.js';

/** A passage with the score of its source. */
export interface QualityExample extends RatedText {
  readonly source: CorpusName | 'junk';
  /** Passages of one document; all of them are learned from, or none. */
  readonly document: string;
}

/** What a source is worth to a pupil, after FineWeb-Edu's scale of 0 to 5: facts and definitions teach, a story hardly. */
export const qualityRubric: { readonly [source in QualityExample['source']]: number } = {
  factbook: 5,
  wordnet: 4,
  sotu: 2,
  'moby-dick': 1,
  junk: 0,
};

/**
 * Cuts the corpora and the labelled crawl's junk into passages and draws as many of each source.
 *
 * @param options.count Passages of each source, where it has so many; default 600.
 * @param options.words Words of a passage; default 120.
 *
 * @example
 * const examples = qualityExamples({ count: 10 });
 * examples.length // 50
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
      const texts = source === 'junk' ? junk(count, seed) : documentsOf(source);
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

/** Definitions are too short alone, so a hundred that stand together in the dictionary are one document. */
function documentsOf(source: CorpusName): { readonly id: string; readonly text: string }[] {
  const documents = readCorpus(source);
  if (source !== 'wordnet') return documents;
  return Array.from({ length: Math.floor(documents.length / 100) }, (_, nth) => {
    const together = documents.slice(100 * nth, 100 * nth + 100);
    return { id: `wordnet ${nth}`, text: together.map(({ text }) => text).join('\n') };
  });
}

function junk(count: number, seed: number): { readonly id: string; readonly text: string }[] {
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
