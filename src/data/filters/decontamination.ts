/**
 * Drops texts that hold a test's questions word for word, so that a score on the test measures skill and not memory.
 * GPT-3's authors looked for rows of 13 words (Brown et al. 2020, appendix C) and cut them out with 200 characters to both
 * sides; here, as in datatrove, which looks for 12, the whole document goes.
 */
import { drop, type Filter, keep } from '../filter.js';
import { RunIndex } from '../text/runIndex.js';
import { characterUnits, plainWords, wordUnits } from '../text/textUnits.js';

/** What is looked for. */
export interface DecontaminationOptions {
  /** Default `words`, in lower case and without punctuation; or `characters` as they stand. */
  readonly unit?: 'words' | 'characters';
  /** Words or characters in a row; default 13 words, GPT-3's, or 50 characters. */
  readonly n?: number;
}

/**
 * Makes a filter that drops every document in which a run of n words of a test text stands. A test text that is shorter
 * is not looked for. Takes about 20 bytes for each word of the test texts.
 *
 * @param texts Questions, answers, passages: whatever a model must not have read before the test.
 * @throws {RangeError} If n is not a whole number above 0, or no test text is that long.
 *
 * @example
 * const filter = decontamination(['How many whales does Ahab see from the mast of the Pequod?'], { n: 5 });
 * filter.judge({ id: 'a', text: 'Quiz: how many whales does Ahab see?', metadata: {} })
 * // { keep: false, reason: 'holds a test text', detail: 'how many whales does ahab' }
 */
export function decontamination(
  texts: readonly string[],
  { unit = 'words', n = unit === 'words' ? 13 : 50 }: DecontaminationOptions = {},
): Filter {
  if (!(Number.isInteger(n) && n >= 1))
    throw new RangeError(`Cannot look for test texts: expected a whole number of ${unit} above 0, got ${n}`);
  const units = unit === 'words' ? wordUnits() : characterUnits;
  const index = new RunIndex(
    texts.map((text) => units(text, true)),
    n,
  );
  if (index.runs === 0)
    throw new RangeError(`Cannot look for test texts: none of ${texts.length} is as long as ${n} ${unit}`);
  return {
    name: 'decontamination',
    judge: ({ text }) => {
      const at = index.find(units(text, false));
      if (at < 0) return keep;
      const run =
        unit === 'words'
          ? plainWords(text)
              .slice(at, at + n)
              .join(' ')
          : text.slice(at, at + n);
      return drop('holds a test text', run);
    },
  };
}
