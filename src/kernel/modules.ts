/**
 * What `import` and `require` mean in a cell: found from the notebook's folder, as Node would from a file there;
 * local TypeScript is run as it is; `tslab` is ours; what is not installed there but here (this package and what
 * it depends on) is found here. A module is loaded once, as in Node: restart to see an edited file anew.
 */
import { existsSync, statSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { isAbsolute, join, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolveModule } from 'import-meta-resolve';
import { messageOf } from '../core/errors.js';
import { Array, Error, Object, Promise, SyntaxError, TypeError } from '../core/globals.js';
import * as tslab from './tslab.js';

type Module = Readonly<Record<string, unknown>>;

/** Importing, requiring and the `import.meta` of cells whose notebook lies in one folder. */
export interface CellModules {
  /**
   * @param needed Names that the module must export.
   * @param others Names that it may export; a type has none at run time.
   * @throws {Error} If the module cannot be found or loaded, or lacks a needed name.
   */
  readonly import: (specifier: string, needed?: unknown, others?: unknown) => Promise<Module>;
  readonly require: (specifier: string) => unknown;
  readonly meta: { readonly url: string; readonly dirname: string; readonly filename: string };
}

/** Makes the module functions for the cells of a notebook in `folder`. */
export function cellModules(folder: string): CellModules {
  const filename = join(folder, 'cell.ts'); // stands for the notebook; it need not exist
  const nodeRequire = createRequire(filename);
  return {
    import: async (specifier, needed, others) => {
      if (specifier === 'tslab') return tslab;
      const module = await load(locate(specifier, folder), specifier);
      return withNames(module, names(needed), names(others), specifier);
    },
    require: Object.assign(
      (specifier: string) => (specifier === 'tslab' ? tslab : nodeRequire(specifier)),
      nodeRequire,
    ),
    meta: { url: pathToFileURL(filename).href, dirname: folder, filename },
  };
}

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []); // `import(m, { with })`

async function load(url: string, specifier: string): Promise<Module> {
  if (/\.[cm]?tsx?$/.test(url)) await loadTypeScript();
  const loaded: unknown = url.endsWith('.json')
    ? { default: createRequire(import.meta.url)(fileURLToPath(url)) }
    : await import(url);
  if (typeof loaded !== 'object' || loaded === null)
    throw new TypeError(`Cannot import "${specifier}": it is not a module`);
  return loaded as Module;
}

let typeScriptLoads: Promise<unknown> | undefined;

/** Teaches Node to load TypeScript files, as ES modules and as CommonJS; only a cell that imports one pays for it. */
function loadTypeScript(): Promise<unknown> {
  typeScriptLoads ??= Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]).then(([cjs, esm]) => {
    cjs.register();
    esm.register();
  });
  return typeScriptLoads;
}

/** The module's namespace, with names that a CommonJS module hides in its default export put beside it. */
function withNames(
  module: Module,
  needed: readonly string[],
  others: readonly string[],
  specifier: string,
): Module {
  const inner = module.default;
  const has = (name: string) => name in module;
  const hidden = typeof inner === 'object' && inner !== null && ![...needed, ...others].every(has);
  const all: Module = hidden ? { ...(inner as Module), ...module } : module;
  const missing = needed.filter((name) => !(name in all));
  if (missing.length === 0) return all;
  throw new SyntaxError(
    `Cannot import ${missing.map((name) => `"${name}"`).join(', ')} from "${specifier}": it has no such export`,
  );
}

/**
 * Finds a module from a folder.
 *
 * @returns Its URL.
 * @throws {Error} If there is none.
 */
export function locate(specifier: string, folder: string): string {
  if (builtinModules.includes(specifier)) return `node:${specifier}`;
  if (/^(node|file|data):/.test(specifier)) return specifier;
  if (/^\.\.?(\/|$)/.test(specifier) || isAbsolute(specifier)) return locateFile(specifier, folder);
  const problems: unknown[] = [];
  for (const parent of [pathToFileURL(join(folder, 'cell.ts')).href, import.meta.url]) {
    try {
      return resolveModule(specifier, parent);
    } catch (error) {
      problems.push(error);
    }
  }
  throw new Error(`Cannot import "${specifier}" from ${folder}: ${messageOf(problems[0])}`);
}

/** TypeScript's ways to name a file: in full, without its ending, by the `.js` it becomes, or by its folder. */
function locateFile(specifier: string, folder: string): string {
  const path = resolvePath(folder, specifier);
  const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
  const stem = path.replace(/\.([cm]?)js$/, '.$1ts');
  const candidates = [
    path,
    stem,
    ...endings.map((ending) => path + ending),
    ...endings.map((ending) => join(path, `index${ending}`)),
  ];
  const found = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (found) return pathToFileURL(found).href;
  throw new Error(
    `Cannot import "${specifier}": there is no file ${path}, nor one with a TypeScript or JavaScript ending`,
  );
}
