/**
 * Loads an edited local module anew, with every local module that imports it: Node keeps a module for good by its URL,
 * so here an edited file gets a URL of its own. Node runs these hooks in a thread apart, and asks them for each import.
 *
 * Packages are left as they are: two copies of one would not know each other's tensors.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ResolveFnOutput, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Map, Object, Set, String, URL } from '../../core/globals.js';

interface LocalFile {
  content: string;
  version: number;
  /** The last word of `localModules.ts` that it must be loaded anew. */
  again: string | null;
  /** What it imports, by version. */
  readonly needs: Map<string, number>;
}

/** Who imports for the cells; from there on, whatever files name by their place. */
const importer = new URL('./localModules.js', import.meta.url).href;

const files = new Map<string, LocalFile>();

export const resolve: ResolveHook = async (specifier, context, next) =>
  versioned(specifier, context, await next(specifier, context));

/** What was found for an import, with the version of the file in its URL. */
export function versioned(
  specifier: string,
  context: { readonly parentURL?: string | undefined },
  found: ResolveFnOutput,
): ResolveFnOutput {
  const path = localPath(found.url);
  const parent = localPath(context.parentURL ?? '');
  const isOurs =
    context.parentURL === importer || (/^[./]|^file:/.test(specifier) && files.has(parent ?? ''));
  if (path === undefined || !isOurs) return found;
  const url = new URL(found.url);
  const again = url.searchParams.get('again');
  url.searchParams.delete('again');
  const version = refresh(path, { again, seen: new Set() });
  if (version > 0) url.searchParams.set('version', String(version));
  files.get(parent ?? '')?.needs.set(path, version);
  return { ...found, url: url.href };
}

function localPath(url: string): string | undefined {
  return url.startsWith('file:') && !url.includes('/node_modules/') ? fileURLToPath(url) : undefined;
}

/** The version of a file by now: one more where its text has changed, or what it imports. */
function refresh(path: string, { again, seen }: { again: string | null; seen: Set<string> }): number {
  const content = contentOf(path);
  const known = files.get(path);
  if (!known) files.set(path, { content, again, version: 0, needs: new Map() });
  if (!known || seen.has(path)) return known?.version ?? 0;
  seen.add(path);
  const isForced = again !== null && again !== known.again;
  const force = isForced ? again : null; // after a failure, whichever of them it came from
  const isOld = [...known.needs].filter(([need, used]) => refresh(need, { again: force, seen }) !== used);
  if (content === known.content && !isForced && isOld.length === 0) return known.version;
  known.needs.clear();
  return Object.assign(known, { content, again: force ?? known.again, version: known.version + 1 }).version;
}

function contentOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return ''; // Node says what is wrong
  }
}
