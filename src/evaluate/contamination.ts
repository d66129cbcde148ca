/**
 * How much of a test stands in the training text word for word: what is scored there is memory, not skill. GPT-3's
 * authors looked for rows of 13 words (Brown et al. 2020, appendix C); rows of characters also find tables, headings and
 * other text that is the same everywhere.
 */
import { RunIndex } from '../data/text/runIndex.js';
import { characterUnits, wordUnits } from '../data/text/textUnits.js';

/** What is looked for. */
export interface ContaminationOptions {
  /**
   * Default `words`, in lower case and without punctuation, as GPT-3's authors compared them, those of Chinese and other
   * scripts without blanks as `Intl.Segmenter` finds them; or `characters` as they stand, blanks included, counted as
   * JavaScript does.
   */
  readonly unit?: 'words' | 'characters';
  /** Words or characters in a row; default 13 words or 50 characters. */
  readonly n?: number;
}

/** The runs of n words or characters of a text; they overlap, so a text has as many as it has units, less n - 1. */
export interface FoundRuns {
  readonly runs: number;
  /** Those that stand in the training text too. */
  readonly found: number;
  /** The share of the text's words or characters that lie in one that was found, 0 to 1. */
  readonly covered: number;
}

/** The same of all test texts together, and of each. */
export interface Contamination extends FoundRuns {
  /** `found / runs`. */
  readonly share: number;
  /** One for each test text, in their order; one shorter than n has no runs. */
  readonly texts: readonly FoundRuns[];
}

/**
 * Looks for every run of n words, or characters, of the test texts in the training texts. Runs do not go from one text
 * into the next. The test texts are kept in memory, about 20 bytes for each word or character; the training texts pass
 * by one at a time.
 *
 * @throws {RangeError} If n is not a whole number above 0, or no test text is that long.
 *
 * @example
 * const train = ['Call me Ishmael. Some years ago, never mind how long.'];
 * const test = ['“Call me Ishmael”, he said.', 'The sea was calm.'];
 * const { share, texts } = await contamination(train, test, { n: 3 });
 * share // 1 / 5
 * texts // [{ runs: 3, found: 1, covered: 3 / 5 }, { runs: 2, found: 0, covered: 0 }]
 */
export async function contamination(
  train: Iterable<string> | AsyncIterable<string>,
  test: readonly string[],
  { unit = 'words', n = unit === 'words' ? 13 : 50 }: ContaminationOptions = {},
): Promise<Contamination> {
  if (!(Number.isInteger(n) && n >= 1))
    throw new RangeError(`Cannot look for runs: expected a whole number of ${unit} above 0, got ${n}`);
  const units = unit === 'words' ? wordUnits() : characterUnits;
  const rows = test.map((text) => units(text, true));
  const index = new RunIndex(rows, n);
  if (index.runs === 0) throw new RangeError(`Cannot look for runs: no test text is as long as ${n} ${unit}`);
  for await (const text of train) index.mark(units(text, false));
  const texts = rows.map((row, nth) => ({ length: row.length, ...foundIn(index.marks(nth), row.length, n) }));
  const sum = (of: (text: (typeof texts)[number]) => number) =>
    texts.reduce((sum, text) => sum + of(text), 0);
  const [runs, found] = [sum((text) => text.runs), sum((text) => text.found)];
  return {
    runs,
    found,
    covered: sum(({ covered, length }) => covered * length) / sum(({ length }) => length),
    share: found / runs,
    texts: texts.map(({ length, ...text }) => text),
  };
}

/** @param marks Whether the run that starts at each place was found. */
function foundIn(marks: readonly boolean[], length: number, n: number): FoundRuns {
  let [found, covered, end] = [0, 0, 0];
  for (const [at, isFound] of marks.entries()) {
    if (!isFound) continue;
    found++;
    covered += at + n - Math.max(at, end);
    end = at + n;
  }
  return { runs: marks.length, found, covered: length === 0 ? 0 : covered / length };
}
