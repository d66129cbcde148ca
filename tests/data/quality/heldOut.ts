/** How well scores agree with labels on texts that were not learned from, for the test and the benchmark of the classifier. */
import { createRandom } from '../../../src/core/random.js';
import { pageParts } from '../../../src/data/quality/pageParts.js';
import {
  qualityScore,
  type TrainQualityOptions,
  trainQuality,
} from '../../../src/data/quality/qualityClassifier.js';
import type { QualityExample } from '../../../src/data/quality/qualityExamples.js';

export interface HeldOut {
  /** Share of texts on the right side of a score of 3. */
  readonly accuracy: number;
  /** The chance that of two texts, one on each side of 3, the better one has the higher score. */
  readonly auc: number;
  /** Expected calibration error: by tenths of the score, how far mean score and mean label lie apart, as a share of 5. */
  readonly calibrationError: number;
  /** Every held-out text with its score. */
  readonly scored: readonly (QualityExample & { readonly guess: number })[];
}

/** Learns from four fifths of the documents and scores the passages of the others. */
export function heldOut(
  examples: readonly QualityExample[],
  options: TrainQualityOptions & { readonly seed: number },
): HeldOut {
  const documents = [...new Set(examples.map(({ document }) => document))];
  const shuffled = createRandom(options.seed).shuffle(documents);
  const held = new Set(shuffled.slice(0, Math.floor(documents.length / 5)));
  const model = trainQuality(
    examples.filter(({ document }) => !held.has(document)),
    options,
  );
  const scored = examples
    .filter(({ document }) => held.has(document))
    .map((example) => ({ ...example, guess: qualityScore(model, example.text) }));
  const right = scored.filter(({ guess, score }) => guess >= 3 === score >= 3);
  return {
    accuracy: right.length / scored.length,
    auc: areaUnderCurve(scored),
    calibrationError: calibrationError(scored),
    scored,
  };
}

/**
 * The area under the curve of articles against what stands beside them, on pages of sites that were not learned from
 * (five folds of sites), for a judge that learns from other real pages and for one that does not.
 */
export function strangers(examples: readonly QualityExample[]): { withPages: number; without: number } {
  const sites = [...new Set(pageParts().map(({ site }) => site))].sort();
  const [withPages, without]: [Scored[], Scored[]] = [[], []];
  const isPage = ({ source }: QualityExample) => source === 'article' || source === 'beside';
  const blind = trainQuality(examples.filter((example) => !isPage(example)));
  for (let fold = 0; fold < 5; fold++) {
    const held = new Set(sites.filter((_, nth) => nth % 5 === fold));
    const model = trainQuality(examples.filter((one) => !(isPage(one) && held.has(one.document))));
    for (const { site, article, beside } of pageParts())
      if (held.has(site))
        for (const [text, score] of [
          [article, 3],
          [beside, 0],
        ] as const) {
          withPages.push({ guess: qualityScore(model, text), score });
          without.push({ guess: qualityScore(blind, text), score });
        }
  }
  return { withPages: areaUnderCurve(withPages), without: areaUnderCurve(without) };
}

/** A text's score as guessed and as it is. */
export interface Scored {
  readonly guess: number;
  readonly score: number;
}

/** The chance that of two texts, one on each side of 3, the better one has the higher score. */
export function areaUnderCurve(scored: readonly Scored[]): number {
  const good = scored.filter(({ score }) => score >= 3);
  const bad = scored.filter(({ score }) => score < 3);
  let wins = 0;
  for (const { guess } of good)
    for (const other of bad) wins += guess > other.guess ? 1 : guess === other.guess ? 0.5 : 0;
  return wins / (good.length * bad.length);
}

function calibrationError(scored: readonly Scored[]): number {
  const bins = Array.from({ length: 10 }, () => ({ guesses: 0, scores: 0 }));
  for (const { guess, score } of scored) {
    const bin = bins[Math.min(9, Math.floor(2 * guess))]!;
    bin.guesses += guess;
    bin.scores += score;
  }
  const apart = bins.reduce((sum, { guesses, scores }) => sum + Math.abs(guesses - scores), 0);
  return apart / (5 * scored.length);
}
