/**
 * What `import` and `require` mean in a cell: found from the notebook's folder, as Node would from a file there;
 * local TypeScript is run as it is; `tslab` is ours; what is not installed there but here (this package and what
 * it depends on) is found here.
 */
import { existsSync, statSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolveModule } from 'import-meta-resolve';
import { messageOf } from '../../core/errors.js';
import { Array, Error, Object, SyntaxError, TypeError } from '../../core/globals.js';
import { commonJsOf, importLocal } from './localModules.js';
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
  readonly meta: {
    readonly url: string;
    readonly dirname: string;
    readonly filename: string;
    readonly resolve: (specifier: string) => string;
  };
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
      (specifier: string) => (specifier === 'tslab' ? tslab : requireFrom(nodeRequire, specifier)),
      nodeRequire,
    ),
    meta: {
      url: pathToFileURL(filename).href,
      dirname: folder,
      filename,
      resolve: (specifier) => resolveFrom(specifier, filename),
    },
  };
}

/** As an import finds it: what the notebook's folder lacks, this package may have. */
function requireFrom(nodeRequire: NodeJS.Require, specifier: string): unknown {
  try {
    nodeRequire.resolve(specifier);
  } catch (problem) {
    const ours = createRequire(import.meta.url);
    if (isFileName(specifier) || !canResolve(ours, specifier)) throw problem;
    return ours(specifier);
  }
  return nodeRequire(specifier);
}

function canResolve({ resolve }: NodeJS.Require, specifier: string): boolean {
  try {
    resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** As Node's `import.meta.resolve`: a file need not be there. */
function resolveFrom(specifier: string, filename: string): string {
  try {
    return locate(specifier, dirname(filename));
  } catch (problem) {
    if (!isFileName(specifier)) throw problem;
    return pathToFileURL(resolvePath(dirname(filename), specifier)).href;
  }
}

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []); // `import(m, { with })`

async function load(url: string, specifier: string): Promise<Module> {
  const isLocal = isFileName(specifier) || specifier.startsWith('file:');
  const loaded: unknown = url.endsWith('.json')
    ? { default: createRequire(import.meta.url)(fileURLToPath(url)) }
    : await (isLocal ? importLocal(url) : import(url));
  if (typeof loaded !== 'object' || loaded === null)
    throw new TypeError(`Cannot import "${specifier}": it is not a module`);
  const { exports } = commonJsOf(url) ?? {};
  return hasNames(exports) ? withExports(loaded as Module, exports, isLocal) : (loaded as Module);
}

const hasNames = (value: unknown): value is Module =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * The namespace of a CommonJS module: Node sees only such names as its text gives away. Local TypeScript in a folder
 * without `"type": "module"` is CommonJS too, and its default export its own.
 */
function withExports(module: Module, exports: Module, isLocal: boolean): Module {
  const own = { ...exports };
  return isLocal && exports.__esModule ? own : { ...own, ...module };
}

/** The module, with names that its default export inherits put beside it. */
function withNames(
  module: Module,
  needed: readonly string[],
  others: readonly string[],
  specifier: string,
): Module {
  const inner = module.default;
  const isHidden = (name: string) => !(name in module) && hasNames(inner) && name in inner;
  const hidden = [...needed, ...others].filter(isHidden);
  const all: Module = hidden.length === 0 ? module : { ...module, ...pick(inner as Module, hidden) };
  const missing = needed.filter((name) => !(name in all));
  if (missing.length === 0) return all;
  throw new SyntaxError(
    `Cannot import ${missing.map((name) => `"${name}"`).join(', ')} from "${specifier}": it has no such export`,
  );
}

const pick = (module: Module, names: readonly string[]): Module =>
  Object.fromEntries(names.map((name) => [name, module[name]]));

/**
 * Finds a module from a folder.
 *
 * @returns Its URL.
 * @throws {Error} If there is none.
 */
export function locate(specifier: string, folder: string): string {
  if (builtinModules.includes(specifier)) return `node:${specifier}`;
  if (/^(node|file|data):/.test(specifier)) return specifier;
  if (isFileName(specifier)) return locateFile(specifier, folder);
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

const isFileName = (specifier: string): boolean => /^\.\.?(\/|$)/.test(specifier) || isAbsolute(specifier);

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
