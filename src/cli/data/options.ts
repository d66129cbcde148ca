/** Options that more than one subcommand of `workbook data` takes. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import type { CrawlOptions } from '../../data/crawl/parameters.js';
import type { Values } from '../options.js';

/** Where the documents lie in rows of JSON lines and parquet. */
export const fieldOptions = {
  'text-field': { kind: 'text', takes: 'NAME', help: 'The field of the text; a.b is b in a (default text)' },
  'id-field': { kind: 'text', takes: 'NAME', help: 'The field of the id (default id, if there)' },
} as const;

/** What decides about documents, and stands in `--config` as well. */
export const recipeOptions = {
  config: { kind: 'text', takes: 'FILE', help: 'A JSON file with parameters of the stages' },
  ...fieldOptions,
  'url-field': { kind: 'text', takes: 'NAME', help: 'The field of the address (default url, if there)' },
  ids: {
    kind: 'text',
    takes: 'file|record',
    help: "Ids of an archive's pages: their places, or the records' own, as FineWeb has them (default file)",
  },
  languages: {
    kind: 'text',
    takes: 'CODES',
    help: 'Languages to keep, en,de,zh, with the limits of FineWeb (English) and FineWeb2 (default en)',
  },
  quality: {
    kind: 'text',
    takes: 'MODEL',
    help: 'A model of saveQuality; texts that it scores below 3, as in FineWeb-Edu, go',
  },
  decontaminate: {
    kind: 'text',
    takes: 'FILE',
    help: 'Texts of a test; documents that share 13 words in a row with one go (GPT-3)',
  },
  exact: {
    kind: 'text',
    takes: 'THINGS',
    help: 'Drops documents that are the same in text, url or a fact of the metadata: url,text (default off)',
  },
  'check-pairs': {
    kind: 'number',
    takes: 'SHARE',
    help: 'Near-duplicates must have this share of their five-word phrases in common (default unchecked)',
  },
  lines: { kind: 'flag', help: 'Cuts out lines that an earlier document had, as CCNet did' },
  format: { kind: 'text', takes: 'jsonl|parquet', help: 'What comes out (default jsonl, gzipped)' },
  filters: { kind: 'text', takes: 'MODULE', help: 'A .ts or .js file that exports filters of your own' },
  'filters-first': { kind: 'flag', help: 'Asks them before the built-in ones, of pages as HTML' },
} as const;

/** The parameters of a run: those of the file, and in their place those of the command line. */
export function configOf(values: Values<typeof recipeOptions>): CrawlOptions | undefined {
  const read = Object.entries({
    textField: values['text-field'],
    idField: values['id-field'],
    urlField: values['url-field'],
    ids: values.ids,
  }).filter(([, value]) => value !== undefined);
  const languages = wordsIn('--languages', values.languages);
  const by = wordsIn('--exact', values.exact);
  const { quality: model, decontaminate: file, 'check-pairs': minSimilarity } = values;
  const asked: readonly (readonly [name: string, group: object | string | undefined])[] = [
    ['read', read.length > 0 ? Object.fromEntries(read) : undefined],
    ['languages', languages && Object.fromEntries(languages.map((code) => [code, {}]))],
    ['learnedQuality', model === undefined ? undefined : { model }],
    ['decontamination', file === undefined ? undefined : { file }],
    ['exactDuplicates', by && { by }],
    ['minHash', minSimilarity === undefined ? undefined : { minSimilarity }],
    ['lineDuplicates', values.lines ? {} : undefined],
    ['format', values.format],
  ];
  const given = readConfig(values.config);
  const changed = asked.filter(([, group]) => group !== undefined);
  if (changed.length === 0) return given;
  const named = { ...given } as { readonly [name: string]: unknown };
  const groups = changed.map(([name, group]) => {
    const own = named[name];
    return [name, typeof group === 'object' && typeof own === 'object' ? { ...own, ...group } : group];
  });
  return { ...given, ...Object.fromEntries(groups) } as CrawlOptions;
}

/** The words of a list, `url,text`, where the option is given. */
function wordsIn(option: string, list: string | undefined): string[] | undefined {
  const words = list
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words?.length === 0)
    throw new Error(`Cannot use ${option} "${list}": expected words with commas between them`);
  return words;
}

/** The options of a run as they stand in a JSON file. What is in it is checked by whoever uses it. */
function readConfig(path: string | undefined): CrawlOptions | undefined {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CrawlOptions;
  } catch (error) {
    throw new Error(`Cannot read options ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** The files named as arguments, then those that a file lists, one a line. */
export function namedInputs(positionals: readonly string[], list: string | undefined): string[] {
  if (list === undefined) return [...positionals];
  let lines: string[];
  try {
    lines = readFileSync(list, 'utf8').split('\n');
  } catch (error) {
    throw new Error(`Cannot read the list of inputs ${list}: ${messageOf(error)}`, { cause: error });
  }
  return [...positionals, ...lines.map((line) => line.trim()).filter((line) => line !== '')];
}
