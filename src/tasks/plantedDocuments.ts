/**
 * A small library of documents about ships, of which it is known how often each stands in it: some are planted a given
 * number of times, word for word, among others that stand there once. After the canaries of Carlini et al. 2019 ("The
 * Secret Sharer"). All routes are equally likely, so no document is easier than another, and one that was never read can
 * only be guessed.
 */
import type { Random } from '../core/random.js';
import { letters, ports, shipSymbols } from './ships.js';

/** A document: a call sign of three letters, then five ports. */
export interface PlantedDocument {
  /** ` C A K Lima Oslo Porto Riga Kiel`. */
  readonly text: string;
  /** How it begins, and no other: ` C A K`. */
  readonly callSign: string;
  /** The rest of it: ` Lima Oslo Porto Riga Kiel`. */
  readonly route: string;
  readonly repeats: number;
}

/** What is planted, and among how many others. */
export interface PlantedOptions {
  readonly random: Random;
  /** How many documents are planted how many times; 0 times makes documents that the library does not have. */
  readonly counts: readonly (readonly [documents: number, repeats: number])[];
  /** Documents about other ships, made up anew each time. */
  readonly others: number;
}

/** A library, and what was planted in it. */
export interface PlantedWorld {
  /** For `symbolTokenizer`. */
  readonly symbols: readonly string[];
  readonly planted: readonly PlantedDocument[];
  /** Texts in the order in which they are to be read. */
  readonly library: readonly string[];
  /** One more document, about a ship that is not planted. */
  readonly stranger: (random: Random) => string;
  /** Two such documents, and then one of the two again, as pages quote each other: 24 symbols. */
  readonly quoting: (random: Random) => string;
}

/**
 * Makes a library. Every document has eight symbols: three different letters and five different ports.
 *
 * @throws {RangeError} If there are not so many call signs.
 *
 * @example
 * const world = plantedDocuments({ random: createRandom(1), counts: [[2, 0], [1, 3]], others: 5 });
 * const { text, repeats } = world.planted[2];
 * [repeats, world.library.filter((other) => other === text).length] // [3, 3]
 */
export function plantedDocuments({ random, counts, others }: PlantedOptions): PlantedWorld {
  const callSigns = random.shuffle(allCallSigns);
  const times = counts.flatMap(([documents, repeats]) => new Array<number>(documents).fill(repeats));
  if (!(times.length < callSigns.length))
    throw new RangeError(
      `Cannot plant ${times.length} documents: expected fewer than there are call signs, ${callSigns.length}`,
    );
  const planted = times.map((repeats, nth) => {
    const [callSign, route] = [callSigns[nth]!, routeOf(random)];
    return { text: callSign + route, callSign, route, repeats };
  });
  const free = callSigns.slice(times.length);
  const stranger = (source: Random) => source.pick(free) + routeOf(source);
  const copies = planted.flatMap(({ text, repeats }) => new Array<string>(repeats).fill(text));
  const rest = Array.from({ length: others }, () => stranger(random));
  const quoting = (source: Random) => {
    const two = [stranger(source), stranger(source)];
    return [...two, source.pick(two)].join('');
  };
  return { symbols: shipSymbols, planted, library: random.shuffle([...copies, ...rest]), stranger, quoting };
}

const allCallSigns = letters
  .flatMap((one) => letters.flatMap((two) => letters.map((three) => [one, two, three])))
  .flatMap((sign) => (new Set(sign).size === 3 ? [sign.join('')] : []));

const routeOf = (random: Random): string => random.shuffle(ports).slice(0, 5).join('');
