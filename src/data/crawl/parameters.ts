/**
 * Everything that decides what a run makes of its inputs, with FineWeb's values where nothing else is asked for. A run
 * writes all of them into its manifest, so what stands here is what the filters get.
 */
import { type MinHashOptions, minHashOptions } from '../dedup/minHash.js';
import { type ExtractionOptions, extractionDefaults } from '../extract/extraction.js';
import { type AnonymizationOptions, replacements } from '../filters/anonymization.js';
import { type C4QualityOptions, c4QualityDefaults } from '../filters/c4Quality.js';
import { type FinewebQualityOptions, finewebQualityDefaults } from '../filters/finewebQuality.js';
import { type GopherQualityOptions, gopherQualityDefaults } from '../filters/gopherQuality.js';
import { type GopherRepetitionOptions, gopherRepetitionDefaults } from '../filters/gopherRepetition.js';
import type { OwnFilters } from './ownFilters.js';

/** What the filter of addresses gets; see `urlFilter` and `readBlocklists`. */
export interface UrlParameters {
  /** UT1's archive of lists, a path; default none. */
  readonly blocklists: string;
  /** Topics of it; default `adult`, FineWeb's. */
  readonly topics: readonly string[];
  /** More domains and hosts; default none. */
  readonly domains: readonly string[];
  /** More addresses; default none. */
  readonly urls: readonly string[];
  /** Default none. FineWeb's lists of words are its own and are not carried along. */
  readonly bannedWords: readonly string[];
  readonly softBannedWords: readonly string[];
  readonly softLimit: number;
  readonly bannedSubwords: readonly string[];
}

/** The parameters of a run. `false` leaves a stage out. */
export interface CrawlParameters {
  /** Documents read for one shard; default 10,000. A run that is killed does at most so many again for each task. */
  readonly shardDocuments: number;
  readonly url: UrlParameters | false;
  /** Done to the pages of web archives alone: the documents of other files are text already. */
  readonly extraction: Required<ExtractionOptions> | false;
  readonly language: { readonly language: string; readonly minScore: number } | false;
  readonly gopherRepetition: Required<GopherRepetitionOptions> | false;
  readonly gopherQuality: Required<GopherQualityOptions> | false;
  readonly c4Quality: Required<C4QualityOptions> | false;
  readonly finewebQuality: Required<FinewebQualityOptions> | false;
  readonly minHash: Required<MinHashOptions> | false;
  readonly anonymization: Required<AnonymizationOptions> | false;
}

/** All that decides about a document. */
export interface Recipe {
  readonly parameters: CrawlParameters;
  /** The caller's own filters, where there are some. */
  readonly filters?: OwnFilters;
}

/** What a caller may change of `CrawlParameters`, as deep as a stage's own options; the rest is FineWeb's. */
export type CrawlOptions = {
  readonly [Key in keyof CrawlParameters]?: CrawlParameters[Key] extends number
    ? number
    : Partial<Exclude<CrawlParameters[Key], false | number>> | false;
};

const fineweb: CrawlParameters = {
  shardDocuments: 10_000,
  url: {
    blocklists: '',
    topics: ['adult'],
    domains: [],
    urls: [],
    bannedWords: [],
    softBannedWords: [],
    softLimit: 2,
    bannedSubwords: [],
  },
  extraction: extractionDefaults,
  language: { language: 'en', minScore: 0.65 },
  gopherRepetition: gopherRepetitionDefaults,
  gopherQuality: gopherQualityDefaults,
  c4Quality: c4QualityDefaults,
  finewebQuality: finewebQualityDefaults,
  minHash: minHashOptions({}),
  anonymization: { rules: 'fineweb', capitals: true, ...replacements.fineweb },
};

/**
 * Fills in FineWeb's values.
 *
 * @param config What was read from a file of options, or written by a caller.
 * @throws {TypeError} If a name is unknown or a value of the wrong kind; the message names it and what was expected.
 *
 * @example
 * crawlParameters({ language: { language: 'de' } }).language // { language: 'de', minScore: 0.65 }
 */
export function crawlParameters(config: CrawlOptions = {}): CrawlParameters {
  const parameters = filled(fineweb, config, '') as unknown as CrawlParameters;
  if (!(Number.isInteger(parameters.shardDocuments) && parameters.shardDocuments > 0))
    throw new TypeError(wrong('shardDocuments', 'a whole number from 1 up', parameters.shardDocuments));
  return parameters;
}

type Group = { readonly [name: string]: unknown };

function filled(defaults: object, given: unknown, place: string): Group {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(wrong(place, 'an object', given));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) {
    const known = Object.keys(defaults).join(', ');
    throw new TypeError(`Cannot use option "${place}${unknown}": expected one of ${known}`);
  }
  const values = Object.entries(defaults).map(([name, value]: [string, unknown]) => {
    const own = (given as Group)[name];
    return [name, own === undefined ? value : checked(value, own, `${place}${name}`, place === '')];
  });
  return Object.fromEntries(values) as Group;
}

function checked(usual: unknown, given: unknown, name: string, mayBeOff: boolean): unknown {
  if (typeof usual === 'object' && usual !== null && !Array.isArray(usual))
    return mayBeOff && given === false ? false : filled(usual, given, `${name}.`);
  if (Array.isArray(usual)) {
    const isRight = Array.isArray(usual[0]) ? isPair : isText;
    if (Array.isArray(given) && given.every(isRight)) return given;
    throw new TypeError(
      wrong(name, Array.isArray(usual[0]) ? 'a list of pairs [n, most]' : 'a list of texts', given),
    );
  }
  if (typeof given === typeof usual && !Number.isNaN(given)) return given;
  throw new TypeError(wrong(name, kinds[typeof usual]!, given));
}

const kinds: { readonly [type: string]: string } = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
};

const isText = (value: unknown): boolean => typeof value === 'string';
const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((number) => typeof number === 'number');

const wrong = (name: string, expected: string, got: unknown): string =>
  `Cannot use ${name === '' ? 'the options' : `option "${name.replace(/\.$/, '')}"`}: expected ${expected}, got ${JSON.stringify(got)}`;
