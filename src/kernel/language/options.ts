/** The compiler options of cells: the project's own, and over them what a notebook needs. */
import { dirname } from 'node:path';
import type ts from 'typescript';
import type { TypeScript } from './typescript.js';

/** The nearest tsconfig.json from the folder upwards, else strict defaults; then the needs of cells. */
export function cellOptions(ts: TypeScript, folder: string): ts.CompilerOptions {
  const options = withoutOutputs(projectOptions(ts, folder) ?? defaultOptions(ts));
  const types = [...new Set([...ts.getAutomaticTypeDirectiveNames(options, ts.sys), 'node'])];
  return { ...options, ...moduleOptions(ts, options), ...overrides(ts), types };
}

/** The options of the nearest tsconfig.json, from the folder upwards. */
export function projectOptions(ts: TypeScript, folder: string): ts.CompilerOptions | undefined {
  const path = ts.findConfigFile(folder, ts.sys.fileExists);
  if (path === undefined) return undefined;
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  if (typeof config !== 'object' || config === null) return undefined;
  const host = { ...ts.sys, readDirectory: () => [] }; // the options alone are wanted, not the list of files
  return ts.parseJsonConfigFileContent(config, host, dirname(path), undefined, path).options;
}

const defaultOptions = (ts: TypeScript): ts.CompilerOptions => ({
  strict: true,
  lib: ['lib.es2023.d.ts'],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
});

/** Cells are ES modules that use `await` at the top and run as ES2022; a project of another kind keeps the rest. */
function moduleOptions(ts: TypeScript, { module, target }: ts.CompilerOptions): ts.CompilerOptions {
  const { ModuleKind, ScriptTarget } = ts;
  const modern = module !== undefined && module >= ModuleKind.ES2022; // those after it are Node's and newer
  return {
    target: Math.max(target ?? 0, ScriptTarget.ES2022),
    ...(!modern && { module: ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }),
  };
}

const overrides = (ts: TypeScript): ts.CompilerOptions => ({
  noEmit: true,
  allowImportingTsExtensions: true,
  allowJs: true, // a notebook may import a helper in JavaScript
  resolveJsonModule: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  esModuleInterop: true,
  skipLibCheck: true,
  verbatimModuleSyntax: false,
  isolatedModules: false,
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  composite: false,
  incremental: false,
});

/** Nothing is written; with `outDir`, TypeScript would look for this package's sources in place of its declarations. */
function withoutOutputs(options: ts.CompilerOptions): ts.CompilerOptions {
  const { rootDir, outDir, declarationDir, outFile, tsBuildInfoFile, ...rest } = options;
  return rest;
}
