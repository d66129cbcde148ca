/** Options that more than one subcommand of `workbook data` takes. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import type { CrawlOptions } from '../../data/crawl/parameters.js';

/** The options of a run as they stand in a JSON file. What is in it is checked by whoever uses it. */
export function readConfig(path: string | undefined): CrawlOptions | undefined {
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
