/**
 * One TypeScript cell to the JavaScript that V8's REPL mode runs, with a source map back.
 *
 * Types go, imports become calls, and every top-level declaration becomes a `let`: V8 lets a later cell declare
 * a `let` again (closures of earlier cells then see the new value), but not a name that was a `const`, a `var`
 * or a function before. The price: assigning to a `const` at the top of a cell is left to the type checker.
 */
import { SourceMap } from 'node:module';

import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

import { afterTypesWent, beforeTypesGo } from './cellTransforms.js';

/** JavaScript for `Runtime.evaluate`. */
export interface TranspiledCell {
  readonly code: string;
  /** Where a position of the JavaScript (both from 1) stands in the cell, `undefined` for code that we added. */
  readonly originalPosition: (line: number, column: number) => Position | undefined;
}

/** A place in a cell; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A cell that is not TypeScript; `position` says where. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError';
  constructor(
    message: string,
    readonly position: Position,
  ) {
    super(message);
  }
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force, // so that `await` is a keyword at the top level
  experimentalDecorators: true,
  emitDecoratorMetadata: false,
  sourceMap: true,
};

/**
 * Transpiles one cell; types are dropped, not checked.
 *
 * @throws {CellSyntaxError} If the cell does not parse.
 *
 * @example
 * transpileCell('const x: number = 1; x').code // "'use strict';\nlet x = 1;\n$$cell.result(x);\n"
 */
export function transpileCell(source: string): TranspiledCell {
  const imports: ts.ImportDeclaration[] = [];
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    fileName: 'cell.ts',
    compilerOptions,
    reportDiagnostics: true,
    transformers: {
      before: [(context) => (file) => beforeTypesGo(file, imports, context)],
      after: [() => (file) => afterTypesWent(file, imports)],
    },
  });
  const problem = diagnostics?.find(({ category }) => category === ts.DiagnosticCategory.Error);
  if (problem) throw syntaxError(problem);
  const map = new SourceMap(JSON.parse(sourceMapText ?? '{}'));
  return {
    code: `'use strict';\n${outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}`,
    originalPosition: (line, column) => {
      const { originalLine, originalColumn } = map.findEntry(line - 2, column - 1) as Partial<
        ReturnType<SourceMap['findEntry']> & { originalLine: number; originalColumn: number }
      >;
      if (originalLine === undefined || originalColumn === undefined) return undefined;
      return { line: originalLine + 1, column: originalColumn + 1 };
    },
  };
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
