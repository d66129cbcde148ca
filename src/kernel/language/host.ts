/**
 * What TypeScript's language service sees: the cells, and the files on disk. Files of packages are taken to stay as
 * they are; the reader's own are looked at again for every question.
 */
import { statSync } from 'node:fs';
import type ts from 'typescript';
import type { Cells } from './cells.js';
import { createResolution, isPackage } from './resolve.js';
import type { TypeScript } from './typescript.js';

/** Makes the host for the cells of a folder. */
export function createHost(
  ts: TypeScript,
  folder: string,
  cells: Cells,
  options: ts.CompilerOptions,
): ts.LanguageServiceHost {
  const { modules, current } = cells;
  const { sys } = ts;
  const lib = ts.getDefaultLibFilePath(options);
  const versions = createVersions();
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [current], // the others are reached from it
    getScriptVersion: (path) => {
      const module = modules.get(path);
      return module ? versions.ofText(path, module.text) : versions.ofFile(path);
    },
    getScriptSnapshot: (path) => {
      const text = modules.get(path)?.text ?? sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: () => lib,
    fileExists: (path) => modules.has(path) || sys.fileExists(path),
    readFile: (path, encoding) => modules.get(path)?.text ?? sys.readFile(path, encoding),
    readDirectory: sys.readDirectory,
    directoryExists: sys.directoryExists,
    getDirectories: sys.getDirectories,
    realpath: (path) => (modules.has(path) ? path : (sys.realpath?.(path) ?? path)),
    useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
    ...createResolution(ts, folder, modules, options),
  };
}

/** Names for the states of files: equal while they are. */
function createVersions() {
  const texts = new Map<string, { readonly text: string; readonly version: number }>();
  return {
    ofText: (path: string, text: string): string => {
      const last = texts.get(path);
      if (last?.text === text) return String(last.version);
      const version = (last?.version ?? 0) + 1;
      texts.set(path, { text, version });
      return String(version);
    },
    ofFile: (path: string): string => {
      if (isPackage(path)) return '1';
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats ? `${stats.mtimeMs} ${stats.size}` : 'gone';
    },
  };
}
