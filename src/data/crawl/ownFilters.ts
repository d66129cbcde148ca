/** A module of the caller's own filters: found and checked when a run starts, and loaded in each of its threads. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../core/errors.js';
import { fileProblem } from '../../core/files.js';
import type { Filter, Verdict } from '../filter.js';

/** Where the filters are, and what the module held when the run began. */
export interface OwnFilters {
  readonly path: string;
  /** Of the module alone; what it imports is not looked at. In hexadecimal digits. */
  readonly sha256: string;
  /** Asked before the built-in filters of texts, and so of pages before anything is extracted. */
  readonly first: boolean;
}

/** An own filter threw, or gave what is no verdict: a problem of the document, not of the run. */
export class OwnFilterError extends Error {}

/**
 * Looks at a module without loading it.
 *
 * @throws {Error} If it cannot be read.
 */
export function lookAtFilters(module: string, first: boolean): OwnFilters {
  const path = resolve(module);
  return { path, sha256: checksumOf(path), first };
}

function checksumOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    throw new Error(`Cannot use filters ${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/**
 * Loads the filters in this thread; TypeScript is compiled on the way.
 *
 * @throws {Error} If the module was changed, cannot be loaded, or does not export filters; the message says what is wrong.
 */
export async function loadFilters({ path, sha256 }: OwnFilters): Promise<Filter[]> {
  if (checksumOf(path) !== sha256)
    throw new Error(`Cannot go on: the filters ${path} were changed since the run began`);
  const refuse = (why: string, cause?: unknown) => new Error(`Cannot use filters ${path}: ${why}`, { cause });
  let list: unknown;
  try {
    if (/\.[cm]?tsx?$/.test(path)) await compileTypeScript();
    const filters = exported((await import(pathToFileURL(path).href)) as Exports);
    list = typeof filters === 'function' ? await (filters as () => unknown)() : filters;
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  if (!Array.isArray(list))
    throw refuse('expected a default export that is a list of filters or a function that gives one');
  const wrong = list.findIndex((filter) => !isFilter(filter));
  if (wrong >= 0) throw refuse(`expected { name, judge } as filter ${wrong + 1} of the list`);
  return (list as Filter[]).map(guarded);
}

/** Has this thread compile TypeScript on the way, in packages of ES modules and in others. */
async function compileTypeScript(): Promise<void> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  cjs.register();
  esm.register();
}

interface Exports {
  readonly default?: unknown;
  readonly filters?: unknown;
  readonly __esModule?: boolean;
}

/** What a module offers; in a package that is not of ES modules, all exports lie in the default one. */
function exported({ default: main, filters = main }: Exports): unknown {
  return (filters as Exports | undefined)?.__esModule ? exported(filters as Exports) : filters;
}

const isFilter = (value: unknown): value is Filter =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Filter>).name === 'string' &&
  typeof (value as Partial<Filter>).judge === 'function';

/** The filter, whose errors are known as its own. */
const guarded = (filter: Filter): Filter => ({
  name: filter.name,
  judge: (document) => {
    let verdict: unknown;
    try {
      verdict = filter.judge(document);
    } catch (error) {
      throw new OwnFilterError(messageOf(error), { cause: error });
    }
    if (isVerdict(verdict)) return verdict;
    throw new OwnFilterError(
      'expected a verdict such as keep or drop(reason), not a promise or another value',
    );
  },
});

function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null) return false;
  const { keep, reason, document } = value as { keep?: unknown; reason?: unknown; document?: unknown };
  if (keep === false) return typeof reason === 'string';
  return (
    keep === true && (document === undefined || typeof (document as { text?: unknown })?.text === 'string')
  );
}
