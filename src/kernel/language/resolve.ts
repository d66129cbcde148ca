/**
 * Which file an import names, for TypeScript: as `../modules.ts` finds it when the cell runs. From a cell, a local file
 * may be named without its ending, a package that is not installed there but here is found here, `tslab` is ours.
 */
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import { locate } from '../modules/cellModules.js';
import { type CellModule, ownPrefix } from './cells.js';
import type { TypeScript } from './typescript.js';

/** The part of a language service's host that finds modules and packages of types. */
export type Resolution = Required<
  Pick<
    ts.CompilerHost,
    | 'resolveModuleNameLiterals'
    | 'resolveTypeReferenceDirectiveReferences'
    | 'getModuleResolutionCache'
    | 'hasInvalidatedResolutions'
  >
>;

const here = fileURLToPath(import.meta.url);
const tslab = fileURLToPath(new URL('../modules/tslab.d.ts', import.meta.url));

/** Makes the resolution for the cells of a folder. */
export function createResolution(
  ts: TypeScript,
  folder: string,
  modules: ReadonlyMap<string, CellModule>,
  options: ts.CompilerOptions,
): Resolution {
  const host = ts.sys;
  // What packages import from each other stays as it is; what the reader's own files import may come to be.
  const cache = ts.createModuleResolutionCache(folder, (name) => name, options);
  const lacking = new Set<string>(); // files whose imports were not all found: they are looked for again
  const find = (name: string, from: string, mode: ts.ResolutionMode) => {
    const known = isPackage(from) ? cache : undefined;
    return ts.resolveModuleName(name, from, options, host, known, undefined, mode).resolvedModule;
  };
  const findForCell = (name: string, from: string, mode: ts.ResolutionMode) => {
    if (name.startsWith(`./${ownPrefix}_`))
      return fileAt(`${from.slice(0, from.lastIndexOf('/'))}${name.slice(1, -4)}.mts`);
    if (name === 'tslab') return fileAt(tslab);
    const found = find(name, from, mode);
    if (found) return found;
    return name.startsWith('.') ? localFile(name, folder) : find(name, here, ts.ModuleKind.ESNext);
  };
  return {
    hasInvalidatedResolutions: (path) => lacking.has(path),
    getModuleResolutionCache: () => cache, // without it, every question reads every package.json again
    resolveModuleNameLiterals: (literals, from, _redirected, fileOptions, file) => {
      const resolve = modules.has(from) ? findForCell : find;
      const found = literals.map((literal) => ({
        resolvedModule: resolve(literal.text, from, ts.getModeForUsageLocation(file, literal, fileOptions)),
      }));
      const isWhole = isPackage(from) || found.every(({ resolvedModule }) => resolvedModule);
      if (isWhole) lacking.delete(from);
      else lacking.add(from);
      return found;
    },
    resolveTypeReferenceDirectiveReferences: (references, from) => {
      return references.map((reference) => {
        const name = typeof reference === 'string' ? reference : reference.fileName;
        const resolve = (from: string) => ts.resolveTypeReferenceDirective(name, from, options, host);
        const found = resolve(from);
        return found.resolvedTypeReferenceDirective ? found : resolve(here);
      });
    },
  };
}

/** A file of an installed package; such files are taken to stay as they are. */
export const isPackage = (path: string): boolean => path.includes('/node_modules/');

function localFile(name: string, folder: string): ts.ResolvedModuleFull | undefined {
  try {
    return fileAt(fileURLToPath(locate(name, folder)));
  } catch {
    return undefined;
  }
}

function fileAt(path: string): ts.ResolvedModuleFull {
  const extension = /(\.d)?\.[^.]+$/.exec(path)?.[0] ?? '';
  return { resolvedFileName: path, extension, isExternalLibraryImport: false };
}
