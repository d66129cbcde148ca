/**
 * What a run is: its inputs and parameters, written down when it starts. Whoever goes on with it, another task or the
 * same one after it was killed, has to mean the same, so that no output is ever made of two different things.
 */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { readDocumentItems } from '../readers/readDocuments.js';
import { checkFile, lookAtFile, readRecord, startAnew, writeRecord } from './crawlFile.js';
import type { Layout } from './layout.js';
import { lookAtFilters, type OwnFilters } from './ownFilters.js';
import type { CrawlParameters, Recipe } from './parameters.js';
import type { Pool } from './pool.js';

/** A file of documents as it was when the run started. */
export interface PlannedInput {
  readonly path: string;
  readonly bytes: number;
  /** When it was changed last, milliseconds since 1970. */
  readonly modified: number;
}

/** What a run was started for. */
export interface Plan extends Recipe {
  /** Of the library. Another may judge differently, so it does not go on with what this one began. */
  readonly version: string;
  readonly inputs: readonly PlannedInput[];
}

/** One process's part in a run. */
export interface Run {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly pool: Pool;
  /** Its pieces are those whose number leaves the remainder `rank` when divided by `tasks`. */
  readonly rank: number;
  readonly tasks: number;
  readonly signal: AbortSignal | undefined;
}

/** A piece of a stage's work. */
export interface Piece {
  /** Of the input or bucket; decides which task does it. */
  readonly number: number;
  readonly isDone: boolean;
  /** How much is read for it. */
  readonly bytes: number;
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Looks at the inputs and makes the plan of a new run.
 *
 * @throws {Error} If there is no input, one is named twice, or one cannot be found.
 */
export function makePlan(inputs: readonly string[], { parameters, filters }: Recipe): Plan {
  if (inputs.length === 0) throw new Error('Cannot start a run: no input is named');
  const paths = inputs.map((input) => resolve(input));
  const twice = paths.find((path, nth) => paths.indexOf(path) !== nth);
  if (twice !== undefined) throw new Error(`Cannot start a run: ${twice} is named twice`);
  const url =
    parameters.url && parameters.url.blocklists !== '' ? blocklistsAt(parameters.url) : parameters.url;
  const absolute = withAbsolutePaths({ ...parameters, url });
  const files = filesNamedIn(absolute).map(lookAtFile);
  const recipe: Recipe = { parameters: absolute, ...(filters && { filters }) };
  return { version, ...recipe, ...(files.length > 0 && { files }), inputs: paths.map(inputAt) };
}

/** An input, whose name has to say what it is before anything is begun. */
function inputAt(path: string): PlannedInput {
  readDocumentItems(path); // reads nothing yet
  return lookAt(path);
}

/** A thread, or another task, has to find the same file, wherever it is started. */
const blocklistsAt = <T extends { readonly blocklists: string }>(url: T): T => ({
  ...url,
  blocklists: lookAt(resolve(url.blocklists)).path,
});

/** The parameters with the files that they name where any task finds them. */
function withAbsolutePaths(parameters: CrawlParameters): CrawlParameters {
  const { learnedQuality: learned, decontamination: tests } = parameters;
  return {
    ...parameters,
    learnedQuality: learned && { ...learned, model: resolve(learned.model) },
    decontamination: tests && { ...tests, file: resolve(tests.file) },
  };
}

const filesNamedIn = ({ learnedQuality, decontamination }: CrawlParameters): string[] => [
  ...(learnedQuality ? [learnedQuality.model] : []),
  ...(decontamination ? [decontamination.file] : []),
];

/**
 * A file as it is now.
 *
 * @throws {Error} If it is not there or no file.
 */
function lookAt(path: string): PlannedInput {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error('it is no file');
    return { path, bytes: found.size, modified: Math.floor(found.mtimeMs) };
  } catch (error) {
    throw new Error(`Cannot read input ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Compares an input with the plan.
 *
 * @throws {Error} If it was changed since the run started.
 */
export function checkUnchanged(input: PlannedInput): void {
  const now = lookAt(input.path);
  if (now.bytes === input.bytes && now.modified === input.modified) return;
  throw new Error(`Cannot go on: ${input.path} was changed since the run began; ${startAnew}`);
}

/**
 * Compares the caller's own filters, and the files that the parameters name, with the plan.
 *
 * @throws {Error} If one was changed since the run started, or the plan is of a form that is not known any more.
 */
export function checkFilters({ filters, files = [], parameters }: Plan, where: string): void {
  if (isOld(parameters))
    throw new Error(`Cannot go on with the run in ${where}: ${wasBegunByAnOlder}; ${startAnew}`);
  for (const file of files) checkFile(file);
  if (!filters || lookAtFilters(filters.path, filters.first).sha256 === filters.sha256) return;
  throw new Error(`Cannot go on: the filters ${filters.path} were changed since the run began; ${startAnew}`);
}

/** Parameters as they were written before there was a choice of fields; documents had less metadata then. */
const isOld = (parameters: object): boolean => !('read' in parameters);
const wasBegunByAnOlder = 'it was begun by an older form of the library';

/** The plan that a run in this folder began with, if there is one. */
export const readPlan = ({ plan }: Layout): Plan | undefined => readRecord<Plan>(plan);

/**
 * Writes the plan down, or finds that the run which was begun here has the same.
 *
 * @throws {Error} If it has another, saying what differs, or if the folder holds something else.
 */
export function settlePlan(plan: Plan, layout: Layout, where: string): void {
  const earlier = readPlan(layout);
  if (!earlier) {
    const other = [layout.shardFolder, layout.manifest].find((path) => existsSync(path));
    if (other !== undefined && !readPlan(layout))
      throw new Error(`Cannot start a run in ${where}: ${other} is there already; ${startAnew}`);
    writeRecord(layout.plan, plan);
    return;
  }
  const difference = differenceOf(earlier, plan);
  if (difference !== undefined)
    throw new Error(`Cannot go on with the run in ${where}: ${difference}; ${startAnew}`);
}

function differenceOf(earlier: Plan, now: Plan): string | undefined {
  if (earlier.version !== now.version)
    return `it was begun by version ${earlier.version} of the library, and this is ${now.version}`;
  if (isOld(earlier.parameters)) return wasBegunByAnOlder;
  if (earlier.inputs.length !== now.inputs.length)
    return `it was begun with ${earlier.inputs.length} inputs, not ${now.inputs.length}`;
  for (const [nth, { path, bytes, modified }] of now.inputs.entries()) {
    const old = earlier.inputs[nth]!;
    if (old.path !== path) return `its input ${nth + 1} was ${old.path}, not ${path}`;
    if (old.bytes !== bytes || old.modified !== modified) return `${path} was changed since it began`;
  }
  const change = (now.files ?? []).find(({ path, sha256 }) =>
    earlier.files?.some((old) => old.path === path && old.sha256 !== sha256),
  );
  return (
    differenceOfFilters(earlier.filters, now.filters) ??
    differenceIn(earlier.parameters, now.parameters, '') ??
    (change && `${change.path} was changed since it began`)
  );
}

function differenceOfFilters(old: OwnFilters | undefined, now: OwnFilters | undefined): string | undefined {
  if (old?.path !== now?.path)
    return `it was begun with ${old ? `the filters ${old.path}` : 'no filters of your own'}, not ${now?.path ?? 'without them'}`;
  if (old?.sha256 !== now?.sha256) return `the filters ${old!.path} were changed since it began`;
  if (old?.first === now?.first) return undefined;
  return `its own filters were asked ${old!.first ? 'first' : 'last'}, not ${now!.first ? 'first' : 'last'}`;
}

/** Names the first parameter that differs. */
function differenceIn(earlier: object, now: object, place: string): string | undefined {
  const names = new Set([...Object.keys(earlier), ...Object.keys(now)]);
  for (const name of names) {
    const value = (now as { readonly [name: string]: unknown })[name];
    const old = (earlier as { readonly [name: string]: unknown })[name];
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    if (isGroup(old) && isGroup(value)) return differenceIn(old, value, `${place}${name}.`);
    return `option ${place}${name} was ${JSON.stringify(old) ?? 'not given'}, not ${JSON.stringify(value) ?? 'given now'}`;
  }
  return undefined;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Removes all that a run wrote, and nothing else. */
export function removeRun(layout: Layout): void {
  for (const path of [layout.plan, layout.manifest, layout.work, layout.shardFolder])
    rmSync(path, { recursive: true, force: true });
}
