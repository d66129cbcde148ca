/** What two public sets of pages measure of an extraction, each as its own evaluation does. */

/** Pieces that an article has, and pieces that stand beside it. */
export interface Pieces {
  readonly with: readonly string[];
  readonly without: readonly string[];
}

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A text with single blanks between its words. */
export const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Trafilatura's: a piece counts as found if the text has it, blanks aside; all pieces of all pages are one heap. */
export function pieceScores(pages: readonly Pieces[], texts: readonly string[]): Scores {
  let [right, wrong, wanted] = [0, 0, 0];
  for (const [nth, page] of pages.entries()) {
    const text = squeezed(texts[nth]!);
    const found = (pieces: readonly string[]) => pieces.filter((one) => text.includes(squeezed(one))).length;
    right += found(page.with);
    wrong += found(page.without);
    wanted += page.with.length;
  }
  return scoresOf(right / (right + wrong), right / wanted);
}

/** Scrapinghub's: runs of four words that text and article have in common, as a mean over pages. */
export function shingleScores(articles: readonly string[], texts: readonly string[]): Scores {
  const precisions: number[] = [];
  const recalls: number[] = [];
  for (const [nth, article] of articles.entries()) {
    const [wanted, got] = [shingles(article), shingles(texts[nth]!)];
    let [common, more, less] = [0, 0, 0];
    for (const key of new Set([...wanted.keys(), ...got.keys()])) {
      const [a, b] = [wanted.get(key) ?? 0, got.get(key) ?? 0];
      common += Math.min(a, b);
      more += Math.max(0, b - a);
      less += Math.max(0, a - b);
    }
    if (common + more > 0) precisions.push(common / (common + more));
    if (common + less > 0) recalls.push(common / (common + less));
  }
  return scoresOf(mean(precisions), mean(recalls));
}

function shingles(text: string): Map<string, number> {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (let at = 0; at < Math.max(1, words.length - 3); at++) {
    const shingle = words.slice(at, at + 4).join(' ');
    if (shingle) counts.set(shingle, (counts.get(shingle) ?? 0) + 1);
  }
  return counts;
}

const scoresOf = (precision: number, recall: number): Scores => ({
  precision,
  recall,
  f1: (2 * precision * recall) / (precision + recall),
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
