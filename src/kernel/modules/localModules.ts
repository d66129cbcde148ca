/**
 * Modules beside the notebook: TypeScript is run as it is, and a file that was edited, or failed, is loaded anew when a
 * cell imports it again. See `localHooks.ts` for the part of that which ES modules need.
 */
import { readFileSync } from 'node:fs';
import Module, { createRequire, type ResolveFnOutput, type ResolveHookContext, register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Map, Number, Object, Promise, Set, String, SyntaxError, URL } from '../../core/globals.js';
import { versioned } from './localHooks.js';

type Next = (specifier: string, context: ResolveHookContext) => ResolveFnOutput;
type Resolve = (...asked: [...Parameters<Next>, Next]) => ResolveFnOutput;
/** From Node 22.15 on: hooks of this thread, which Node 24 asks for what a CommonJS file requires too. */
const { registerHooks } = Module as unknown as { registerHooks?: (hooks: { resolve: Resolve }) => void };
const { cache } = createRequire(import.meta.url);

/** The text of each file as it was loaded. */
const texts = new Map<string, string | undefined>();
/** How often a file had to be loaded anew. */
const rounds = new Map<string, number>();

/**
 * Imports a local file.
 *
 * @param url Of the form `file:`.
 */
export async function importLocal(url: string): Promise<unknown> {
  if (/\.[cm]?tsx?$/.test(url)) await loadTypeScript();
  const path = fileURLToPath(url);
  const isEdited = texts.has(path) && texts.get(path) !== textOf(path);
  if (forgetEdited(path, new Set()) || isEdited) again(path);
  texts.set(path, textOf(path));
  const round = rounds.get(path);
  try {
    return await import(round ? `${url}?again=${round}` : url);
  } catch (error) {
    again(path);
    throw asSyntaxError(error);
  } finally {
    for (const key in cache) {
      const loaded = pathOf(key);
      if (isLocal(loaded) && !texts.has(loaded)) texts.set(loaded, textOf(loaded));
    }
  }
}

/** The error of a file that does not parse: what compiles it speaks of its own files besides. */
function asSyntaxError(error: unknown): unknown {
  const { name, message } = error as { name?: unknown; message?: unknown };
  const first = /^(.+):(\d+):(\d+): ERROR: (.+)$/m.exec(String(message));
  if (name !== 'TransformError' || !first) return error;
  const [, file, line, column, why] = first;
  const problem = new SyntaxError(`${why} (${file}, line ${line}, column ${Number(column) + 1})`);
  return Object.assign(problem, { stack: String(problem) });
}

/** What a CommonJS file exports, if that is what was loaded. */
export function commonJsOf(url: string): { readonly exports: unknown } | undefined {
  const key = url.startsWith('file:') ? placesOf(fileURLToPath(url)).at(-1) : undefined;
  return key === undefined ? undefined : cache[key];
}

const again = (path: string) => rounds.set(path, (rounds.get(path) ?? 0) + 1);

/** Where a file lies in Node's memory of CommonJS, oldest first: from Node 22 on, tsx keeps the query of its URL there. */
function placesOf(path: string): string[] {
  const places: string[] = [];
  for (const key in cache) if (pathOf(key) === path) places.push(key);
  return places;
}

const pathOf = (key: string): string => key.replace(/\?(again|version)=.*$/, '');

const isLocal = (path: string): boolean => !/[\\/]node_modules[\\/]/.test(path);

/** Takes a CommonJS file out of Node's memory if it was edited, or one that it needs. */
function forgetEdited(path: string, seen: Set<string>): boolean {
  const places = placesOf(path);
  if (places.length === 0 || seen.has(path) || !isLocal(path)) return false;
  seen.add(path);
  const children = places.flatMap((key) => cache[key]!.children);
  const needs = children.map(({ filename }) => forgetEdited(pathOf(filename), seen));
  if (texts.get(path) === textOf(path) && !needs.includes(true)) return false;
  for (const key of places) delete cache[key];
  texts.delete(path);
  return true;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Node says what is wrong
  }
}

let typeScriptLoads: Promise<unknown> | undefined;

/** Teaches Node to load TypeScript files, as ES modules and as CommonJS; only a cell that imports one pays for it. */
function loadTypeScript(): Promise<unknown> {
  typeScriptLoads ??= Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]).then(([cjs, esm]) => {
    cjs.register();
    esm.register();
    if (registerHooks)
      registerHooks({ resolve: (...[name, from, next]) => versioned(name, from, next(name, from)) });
    else register(new URL('./localHooks.js', import.meta.url));
  });
  return typeScriptLoads;
}
