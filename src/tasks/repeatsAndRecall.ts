/**
 * Lines that can only be guessed with the help of the line itself: what is true in one is not true in the next, so a
 * model that is right has learned nothing about letters and ports, only how to look back. After the repeated random
 * tokens of Olsson et al. 2022 ("In-context Learning and Induction Heads") and the associative recall of Arora et al.
 * 2023 ("Zoology").
 */
import type { Random } from '../core/random.js';
import { letters, ports, shipSymbols } from './ships.js';

/** A line of symbols. */
export interface ContextLine {
  readonly text: string;
  /** Places of the symbols that are decided by those before them, from the left. */
  readonly knowable: readonly number[];
}

/** Two kinds of lines over the same symbols. */
export interface ContextLines {
  /** For `symbolTokenizer`. */
  readonly symbols: readonly string[];
  /** The same stretch of symbols again and again; its length is drawn anew for each line. */
  readonly repeats: (random: Random) => ContextLine;
  /** Letters, each with a port behind it: ` A Lima B Oslo A Lima`. Which port a letter has is drawn anew for each line. */
  readonly recall: (random: Random) => ContextLine;
}

/** How long the lines are, and what is in them. */
export interface ContextLineOptions {
  /** Symbols in a line; default 32. */
  readonly length?: number;
  /** Shortest and longest stretch that is repeated; default 4 and 12. */
  readonly periods?: readonly [number, number];
  /** Different letters in a line to be recalled; default 5 of the 16. */
  readonly keys?: number;
}

/**
 * Makes lines to train, and to test, how well a model uses what stands before.
 *
 * @throws {RangeError} If the length is odd, a stretch would not be repeated, or there are not so many letters.
 *
 * @example
 * const { recall } = repeatsAndRecall({ length: 8, periods: [2, 4], keys: 1 });
 * const { text, knowable } = recall(createRandom(1));
 * const [, letter, port] = text.split(' ');
 * text === ` ${letter} ${port}`.repeat(4) // true
 * knowable // [3, 5, 7]
 */
export function repeatsAndRecall(options: ContextLineOptions = {}): ContextLines {
  const { length = 32, periods: [shortest, longest] = [4, 12], keys = 5 } = options;
  checkOptions(length, [shortest, longest], keys);
  const draw = (random: Random, count: number, from: readonly string[]) =>
    Array.from({ length: count }, () => random.pick(from));
  return {
    symbols: shipSymbols,
    repeats: (random) => {
      const period = shortest + random.integer(longest - shortest + 1);
      const stretch = draw(random, period, shipSymbols);
      const line = Array.from({ length }, (_, place) => stretch[place % period]!);
      return { text: line.join(''), knowable: Array.from(line.keys()).slice(period) };
    },
    recall: (random) => {
      const some = random.shuffle(letters).slice(0, keys);
      const portOf = new Map(some.map((letter) => [letter, random.pick(ports)]));
      const drawn = draw(random, length / 2, some);
      const knowable = drawn.flatMap((letter, nth) => (drawn.indexOf(letter) < nth ? [2 * nth + 1] : []));
      return { text: drawn.map((letter) => letter + portOf.get(letter)!).join(''), knowable };
    },
  };
}

function checkOptions(length: number, [shortest, longest]: readonly [number, number], keys: number): void {
  const isWhole = [length, shortest, longest, keys].every(Number.isInteger);
  if (!(isWhole && length % 2 === 0 && shortest >= 1 && shortest <= longest && longest < length))
    throw new RangeError(
      `Cannot make lines: expected an even length and periods below it, got ${length} and ${shortest} to ${longest}`,
    );
  if (!(keys >= 1 && keys <= letters.length))
    throw new RangeError(`Cannot make lines: expected 1 to ${letters.length} letters, got ${keys}`);
}
