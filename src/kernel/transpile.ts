/**
 * One TypeScript cell to the JavaScript that V8's REPL mode runs, with a source map back.
 *
 * Types go, imports become calls, and every top-level declaration becomes a `let`: V8 lets a later cell declare
 * a `let` again (closures of earlier cells then see the new value), but not a name that was a `const`, a `var`
 * or a function before. The price: assigning to a `const` at the top of a cell is left to the type checker.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

import { messageOf } from '../core/errors.js';
import { type CellCode, CellSyntaxError, type TranspiledCell } from './cellCode.js';
import { afterTypesWent, beforeTypesGo, CellProblem } from './cellTransforms.js';
import { projectOptions } from './language/options.js';
import { withOwnNames } from './ownNames.js';

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force, // so that `await` is a keyword at the top level
  emitDecoratorMetadata: false,
  sourceMap: true,
};

/** What the cells of one notebook share. */
export interface TranspileSettings {
  readonly taken?: Set<string>;
  readonly experimentalDecorators?: boolean;
}

/** The settings for a notebook in that folder, by the nearest tsconfig.json. */
export const transpileSettings = (folder: string): TranspileSettings => ({
  taken: new Set(),
  experimentalDecorators: projectOptions(ts, folder)?.experimentalDecorators ?? false,
});

/**
 * Transpiles one cell; types are dropped, not checked.
 *
 * @param settings.taken Names of the platform that earlier cells have declared; this cell's are added, and all of them
 *   renamed. Default: nothing is renamed.
 * @param settings.experimentalDecorators Whether decorators are TypeScript's older ones; default JavaScript's.
 * @throws {CellSyntaxError} If the cell does not parse.
 *
 * @example
 * transpileCell('const x: number = 1; x').code // "'use strict';\nlet x = 1;\n$$cell.result(x);\n"
 */
export function transpileCell(
  source: string,
  { taken, experimentalDecorators = false }: TranspileSettings = {},
): TranspiledCell {
  const { outputText, sourceMapText, diagnostics } = transpileModule(source, taken, {
    ...compilerOptions,
    experimentalDecorators,
  });
  const problem = diagnostics?.find(({ category }) => category === ts.DiagnosticCategory.Error);
  if (problem) throw syntaxError(problem);
  const code = `'use strict';\n${outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}`;
  return { code, sourceMap: sourceMapText ?? '{}' };
}

function transpileModule(
  source: string,
  taken: Set<string> | undefined,
  compilerOptions: ts.CompilerOptions,
): ts.TranspileOutput {
  const imports: ts.ImportDeclaration[] = [];
  try {
    return ts.transpileModule(source, {
      fileName: 'cell.ts',
      compilerOptions,
      reportDiagnostics: true,
      transformers: {
        before: [(context) => (file) => beforeTypesGo(file, imports, context)],
        after: [
          () => (file) => afterTypesWent(file, imports),
          (context) => (file) => (taken ? withOwnNames(file, taken, context) : file),
        ],
      },
    });
  } catch (error) {
    if (!(error instanceof CellProblem)) throw error;
    const { line, character } = ts.getLineAndCharacterOfPosition(
      error.node.getSourceFile(),
      error.node.getStart(),
    );
    throw new CellSyntaxError(error.message, { line: line + 1, column: character + 1 });
  }
}

/** Transpiles one cell for another process: an error is part of the answer. */
export function cellCode(source: string, settings: TranspileSettings): CellCode {
  try {
    return transpileCell(source, settings);
  } catch (error) {
    if (error instanceof CellSyntaxError) return { problem: error.message, position: error.position };
    return { problem: messageOf(error) }; // nested too deeply
  }
}

function syntaxError({
  file,
  start = 0,
  messageText,
  code,
}: ts.DiagnosticWithLocation | ts.Diagnostic): CellSyntaxError {
  const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
  const message = ts.flattenDiagnosticMessageText(messageText, ' ');
  return new CellSyntaxError(`${message} (TS${code})`, { line: line + 1, column: character + 1 });
}
