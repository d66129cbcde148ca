/**
 * Cells as plain scripts, for a process whose inspector is locked away (the one that runs submissions, under Node's
 * permission model): what a cell declares at its top becomes a global variable, set by an async function.
 *
 * Closures of earlier cells see a name that is declared again, as in the engine. Left out: results, source maps, and
 * `var` inside blocks, which later cells do not see.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

import { transpileCell } from './transpile.js';

const { factory, SyntaxKind } = ts;

/** A cell that `vm.runInThisContext` runs; the script's value is a promise of the cell's end. */
export interface ScriptCell {
  readonly code: string;
  /** What the cell declares at its top, imports included, in order. */
  readonly names: readonly string[];
}

/**
 * Turns a cell into a script.
 *
 * @throws {CellSyntaxError} If the cell does not parse.
 *
 * @example
 * scriptCell('const [a, b]: number[] = [1, 2];')
 * // { code: 'var a, b;\n(async () => {\n"use strict";\n[a, b] = [1, 2];\n})()', names: ['a', 'b'] }
 */
export function scriptCell(source: string): ScriptCell {
  const { code } = transpileCell(source);
  const file = ts.createSourceFile('cell.js', code, ts.ScriptTarget.ES2022, false, ts.ScriptKind.JS);
  const names: string[] = [];
  const { transformed } = ts.transform(file, [
    () => (root) =>
      factory.updateSourceFile(
        root,
        root.statements.map((statement) => assigned(statement, names)),
      ),
  ]);
  const body = ts.createPrinter({ removeComments: true }).printFile(transformed[0]!);
  const unique = [...new Set(names)];
  const declaration = unique.length > 0 ? `var ${unique.join(', ')};\n` : '';
  return { code: `${declaration}(async () => {\n${body}})()`, names: unique };
}

/** A top-level `let` to assignments; the names it declares are collected. */
function assigned(statement: ts.Statement, names: string[]): ts.Statement {
  if (!ts.isVariableStatement(statement)) return statement;
  const assignments = statement.declarationList.declarations.map(
    ({ name, initializer }): ts.Expression =>
      factory.createAssignment(target(name, names), initializer ?? factory.createVoidZero()),
  );
  const all = assignments.reduce((left: ts.Expression, right) => factory.createComma(left, right));
  return factory.createExpressionStatement(all);
}

/** What stood left of `=` in a declaration, as it stands in an assignment. */
function target(name: ts.BindingName, names: string[]): ts.Expression {
  if (ts.isIdentifier(name)) {
    names.push(name.text);
    return name;
  }
  if (ts.isArrayBindingPattern(name)) {
    const elements = name.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return element;
      const inner = withDefault(target(element.name, names), element.initializer);
      return element.dotDotDotToken ? factory.createSpreadElement(inner) : inner;
    });
    return factory.createArrayLiteralExpression(elements);
  }
  const properties = name.elements.map((element) => {
    const inner = target(element.name, names);
    if (element.dotDotDotToken) return factory.createSpreadAssignment(inner);
    const key = element.propertyName ?? (element.name as ts.Identifier);
    return factory.createPropertyAssignment(key, withDefault(inner, element.initializer));
  });
  return factory.createObjectLiteralExpression(properties);
}

const withDefault = (inner: ts.Expression, value: ts.Expression | undefined): ts.Expression =>
  value ? factory.createBinaryExpression(inner, SyntaxKind.EqualsToken, value) : inner;
