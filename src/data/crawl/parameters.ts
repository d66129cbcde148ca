/**
 * Everything that decides what a run makes of its inputs, with FineWeb's values where nothing else is asked for. A run
 * writes all of them into its manifest, so what stands here is what the filters get.
 */
import { type LineDuplicatesOptions, lineDuplicatesDefaults } from '../dedup/lineDuplicates.js';
import { minHashOptions } from '../dedup/minHash.js';
import type { NearDuplicateOptions } from '../dedup/nearDuplicates.js';
import { type ExtractionOptions, extractionDefaults } from '../extract/extraction.js';
import { type AnonymizationOptions, replacements } from '../filters/anonymization.js';
import { type C4QualityOptions, c4QualityDefaults } from '../filters/c4Quality.js';
import type { DecontaminationOptions } from '../filters/decontamination.js';
import { type FinewebQualityOptions, finewebQualityDefaults } from '../filters/finewebQuality.js';
import { type GopherQualityOptions, gopherQualityDefaults } from '../filters/gopherQuality.js';
import { type GopherRepetitionOptions, gopherRepetitionDefaults } from '../filters/gopherRepetition.js';
import { type LanguageLimits, languageLimits } from '../filters/languageLimits.js';
import type { RunFile } from './crawlFile.js';
import type { OutputFormat } from './layout.js';
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

/** How records become documents; see `readDocuments`. An empty name of a field is the usual one. */
export interface ReadParameters {
  readonly textField: string;
  readonly idField: string;
  readonly urlField: string;
  readonly ids: 'file' | 'record';
}

/** The parameters of a run. `false` leaves a stage out. */
export interface CrawlParameters {
  /** Documents read for one shard; default 10,000. A run that is killed does at most so many again for each task. */
  readonly shardDocuments: number;
  /** What the shards of the result are: `jsonl`, gzipped (default), or `parquet`. */
  readonly format: OutputFormat;
  readonly read: ReadParameters;
  readonly url: UrlParameters | false;
  /** Done to the pages of web archives alone: the documents of other files are text already. */
  readonly extraction: Required<ExtractionOptions> | false;
  readonly language: { readonly language: string; readonly minScore: number } | false;
  /**
   * Languages to keep in place of the one above, each with limits of its own; default none. What is not said of one is
   * FineWeb2's, and of English what the four filters below have.
   */
  readonly languages: { readonly [code: string]: LanguageLimits };
  readonly gopherRepetition: Required<GopherRepetitionOptions> | false;
  readonly gopherQuality: Required<GopherQualityOptions> | false;
  readonly c4Quality: Required<C4QualityOptions> | false;
  readonly finewebQuality: Required<FinewebQualityOptions> | false;
  /** Keeps what a model that `saveQuality` wrote scores high; default off. */
  readonly learnedQuality: { readonly model: string; readonly minScore: number } | false;
  /** Drops what holds texts of a test word for word; default off. */
  readonly decontamination: DecontaminationParameters | false;
  /** Drops documents of which one came before that is the same in one of these things; default off. */
  readonly exactDuplicates: { readonly by: readonly string[] } | false;
  readonly minHash: Required<NearDuplicateOptions> | false;
  /** Cuts out lines that came before; default off. */
  readonly lineDuplicates: Required<LineDuplicatesOptions> | false;
  readonly anonymization: Required<AnonymizationOptions> | false;
}

/** The texts of a test, and how they are looked for. */
export interface DecontaminationParameters extends Required<DecontaminationOptions> {
  /** A file of documents of any kind that `readDocuments` knows, or a text with one test text a line. */
  readonly file: string;
  /** Fields of its rows, each of them a text; default `text`. */
  readonly fields: readonly string[];
}

/** All that decides about a document. */
export interface Recipe {
  readonly parameters: CrawlParameters;
  /** The caller's own filters, where there are some. */
  readonly filters?: OwnFilters;
  /** The files that the parameters name, where they name some. */
  readonly files?: readonly RunFile[];
}

type Options<Value> = Value extends number | string
  ? Value
  : Partial<Exclude<Value, false>> | Extract<Value, false>;

/** What a caller may change of `CrawlParameters`, as deep as a stage's own options; the rest is FineWeb's. */
export type CrawlOptions = {
  readonly [Key in Exclude<keyof CrawlParameters, 'languages'>]?: Options<CrawlParameters[Key]>;
} & {
  readonly languages?: {
    readonly [code: string]: { readonly [Key in keyof LanguageLimits]?: Options<LanguageLimits[Key]> };
  };
};

const fineweb: Omit<CrawlParameters, 'languages'> = {
  shardDocuments: 10_000,
  format: 'jsonl',
  read: { textField: '', idField: '', urlField: '', ids: 'file' },
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
  learnedQuality: { model: '', minScore: 3 },
  decontamination: { file: '', fields: ['text'], unit: 'words', n: 13 },
  exactDuplicates: { by: ['text'] },
  minHash: { ...minHashOptions({}), minSimilarity: 0 },
  lineDuplicates: lineDuplicatesDefaults,
  anonymization: { rules: 'fineweb', capitals: true, ...replacements.fineweb },
};

/** Stages that FineWeb has not: off where they are not asked for. */
const offUnlessAsked = ['learnedQuality', 'decontamination', 'exactDuplicates', 'lineDuplicates'];
/** Groups that are no stages, so there is no leaving them out. */
const neverOff = ['read', 'languages'];

/** What some options have to be one of. */
const choices: { readonly [name: string]: readonly string[] } = {
  format: ['jsonl', 'parquet'],
  'read.ids': ['file', 'record'],
  'decontamination.unit': ['words', 'characters'],
  'lineDuplicates.unit': ['line', 'paragraph'],
};

/**
 * Fills in FineWeb's values.
 *
 * @param config What was read from a file of options, or written by a caller.
 * @throws {TypeError} If a name is unknown or a value of the wrong kind; the message names it and what was expected.
 *
 * @example
 * crawlParameters({ language: { language: 'de' } }).language // { language: 'de', minScore: 0.65 }
 * crawlParameters({ languages: { en: {}, de: {} } }).languages.de.gopherQuality.stopWords[0] // 'der'
 */
export function crawlParameters(config: CrawlOptions = {}): CrawlParameters {
  const { languages = {}, ...others } = isGroup(config) ? (config as CrawlOptions) : {};
  const given = isGroup(config) ? others : config;
  const off = Object.fromEntries(offUnlessAsked.map((name) => [name, false]));
  const usual = filled(fineweb, isGroup(given) ? { ...off, ...given } : given, '', true);
  const parameters = { ...usual, languages: languagesIn(languages, usual) } as unknown as CrawlParameters;
  checkValues(parameters);
  return parameters;
}

function languagesIn(languages: unknown, usual: Group): CrawlParameters['languages'] {
  if (!isGroup(languages)) throw new TypeError(wrong('languages', 'an object', languages));
  const all = Object.entries(languages).map(([code, given]) => {
    const limits = languageLimits(code, usual as unknown as CrawlParameters);
    return [code, filled(limits, given, `languages.${code}.`, true)];
  });
  return Object.fromEntries(all) as CrawlParameters['languages'];
}

function checkValues({
  shardDocuments,
  learnedQuality,
  decontamination,
  exactDuplicates,
}: CrawlParameters): void {
  if (!(Number.isInteger(shardDocuments) && shardDocuments > 0))
    throw new TypeError(wrong('shardDocuments', 'a whole number from 1 up', shardDocuments));
  if (learnedQuality && learnedQuality.model === '')
    throw new TypeError(wrong('learnedQuality.model', 'the path of a model', ''));
  if (decontamination && decontamination.file === '')
    throw new TypeError(wrong('decontamination.file', 'the path of a file of texts', ''));
  if (exactDuplicates && exactDuplicates.by.length === 0)
    throw new TypeError(wrong('exactDuplicates.by', 'text, url or names of metadata', []));
}

type Group = { readonly [name: string]: unknown };

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param ofStages Whether the groups in it are stages, which may be left out. */
function filled(defaults: object, given: unknown, place: string, ofStages: boolean): Group {
  if (!isGroup(given)) throw new TypeError(wrong(place, 'an object', given));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) {
    const known = Object.keys(defaults).join(', ');
    throw new TypeError(`Cannot use option "${place}${unknown}": expected one of ${known}`);
  }
  const values = Object.entries(defaults).map(([name, value]: [string, unknown]) => {
    const own = given[name];
    const mayBeOff = ofStages && !neverOff.includes(name);
    return [name, own === undefined ? value : checked(value, own, `${place}${name}`, mayBeOff)];
  });
  return Object.fromEntries(values) as Group;
}

function checked(usual: unknown, given: unknown, name: string, mayBeOff: boolean): unknown {
  if (mayBeOff && given === false && (isGroup(usual) || usual === false)) return false;
  if (isGroup(usual)) return filled(usual, given, `${name}.`, false);
  if (Array.isArray(usual)) {
    const isRight = Array.isArray(usual[0]) ? isPair : isText;
    if (Array.isArray(given) && given.every(isRight)) return given;
    throw new TypeError(
      wrong(name, Array.isArray(usual[0]) ? 'a list of pairs [n, most]' : 'a list of texts', given),
    );
  }
  const words = choices[name];
  if (words && !words.includes(String(given))) throw new TypeError(wrong(name, words.join(' or '), given));
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
