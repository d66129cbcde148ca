/**
 * The two changes to a cell's syntax tree around TypeScript's own: one while types are still there, one after.
 * See `transpileCell` for why.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

import { runtimeName } from './cellCode.js';

const { factory } = ts;

/** While types are still there: collects the imports, drops `export`, and hands over the last value. */
export function beforeTypesGo(
  file: ts.SourceFile,
  imports: ts.ImportDeclaration[],
  context: ts.TransformationContext,
): ts.SourceFile {
  const { statements: original } = withCellNames(file, context);
  const statements = original.map((statement, index) => {
    if (ts.isImportDeclaration(statement)) imports.push(statement);
    const exported = exportedImport(statement);
    if (exported) imports.push(exported);
    if (ts.isImportEqualsDeclaration(statement)) return requireCall(statement);
    if (ts.isExportAssignment(statement)) return resultCall(statement.expression, statement);
    if (
      ts.isExpressionStatement(statement) &&
      index === original.length - 1 &&
      isValue(statement.expression)
    ) {
      return resultCall(statement.expression, statement);
    }
    return withoutExport(statement);
  });
  return factory.updateSourceFile(file, statements);
}

/**
 * `import('m')` to `$$cell.import('m')`, and `import.meta` to `$$cell.meta`: V8 has neither in REPL mode. `await p` to
 * `await $$cell.live(p)`, and `for await (… of v)` to `for await (… of $$cell.liveIterable(v))`: see `interruptible.ts`.
 */
function withCellNames(file: ts.SourceFile, context: ts.TransformationContext): ts.SourceFile {
  if (!/\bimport\s*[(.]|\bawait\b/.test(file.text)) return file;
  const call = (name: string, args: readonly ts.Expression[], from: ts.Node) =>
    ts.setTextRange(factory.createCallExpression(member(name), undefined, args), from);
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return member('meta');
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isAwaitExpression(inner))
      return factory.updateAwaitExpression(inner, call('live', [inner.expression], inner.expression));
    if (ts.isForOfStatement(inner) && inner.awaitModifier) {
      const { awaitModifier, initializer, expression, statement } = inner;
      const values = call('liveIterable', [expression], expression);
      return factory.updateForOfStatement(inner, awaitModifier, initializer, values, statement);
    }
    if (!ts.isCallExpression(inner) || inner.expression.kind !== ts.SyntaxKind.ImportKeyword) return inner;
    return factory.updateCallExpression(inner, member('import'), undefined, inner.arguments);
  };
  return ts.visitEachChild(file, visit, context);
}

/** `$$cell.name` */
function member(name: string): ts.Expression {
  return factory.createPropertyAccessExpression(factory.createIdentifier(runtimeName), name);
}

/** An assignment or a count at the end of a cell is there for what it does: its value is not shown. */
function isValue(expression: ts.Expression): boolean {
  if (ts.isBinaryExpression(expression)) {
    const { kind } = expression.operatorToken;
    return kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
  }
  const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
  return !(
    (ts.isPrefixUnaryExpression(expression) || ts.isPostfixUnaryExpression(expression)) &&
    (expression.operator === PlusPlusToken || expression.operator === MinusMinusToken)
  );
}

/** `value` to `$$cell.result(value);`. */
function resultCall(value: ts.Expression, from: ts.Statement): ts.Statement {
  const call = factory.createCallExpression(member('result'), undefined, [value]);
  return ts.setTextRange(factory.createExpressionStatement(call), from);
}

/** `export { a as b } from 'm'` and `export * as n from 'm'` as imports: what a cell has, later cells have. */
function exportedImport(statement: ts.Statement): ts.ImportDeclaration | undefined {
  if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier || statement.isTypeOnly)
    return undefined;
  const { exportClause, moduleSpecifier } = statement;
  if (!exportClause)
    throw new CellProblem('A cell cannot export all of a module: import the names that you need', statement);
  const bindings = ts.isNamespaceExport(exportClause)
    ? factory.createNamespaceImport(localName(exportClause.name))
    : factory.createNamedImports(
        exportClause.elements.map(({ isTypeOnly, propertyName, name }) =>
          factory.createImportSpecifier(isTypeOnly, propertyName, localName(name)),
        ),
      );
  const clause = factory.createImportClause(false, undefined, bindings);
  return ts.setTextRange(factory.createImportDeclaration(undefined, clause, moduleSpecifier), statement);
}

function localName(name: ts.ModuleExportName): ts.Identifier {
  if (ts.isIdentifier(name)) return name;
  throw new CellProblem('A cell can export what it imports under plain names only', name);
}

/** What TypeScript allows in a file, and a cell does not. */
export class CellProblem extends Error {
  constructor(
    message: string,
    readonly node: ts.Node,
  ) {
    super(message);
  }
}

function requireCall(statement: ts.ImportEqualsDeclaration): ts.Statement {
  const { moduleReference, name } = statement;
  if (!ts.isExternalModuleReference(moduleReference)) return statement;
  const call = factory.createCallExpression(factory.createIdentifier('require'), undefined, [
    moduleReference.expression,
  ]);
  return declare(name, call, statement);
}

function withoutExport(statement: ts.Statement): ts.Statement {
  if (!ts.canHaveModifiers(statement)) return statement;
  const { ExportKeyword, DefaultKeyword } = ts.SyntaxKind;
  const keep = (modifier: ts.ModifierLike) =>
    modifier.kind !== ExportKeyword && modifier.kind !== DefaultKeyword;
  const modifiers = statement.modifiers?.filter(keep);
  if (modifiers === undefined || modifiers.length === statement.modifiers?.length) return statement;
  const { updateVariableStatement, updateFunctionDeclaration, updateClassDeclaration } = factory;
  if (ts.isVariableStatement(statement))
    return updateVariableStatement(statement, modifiers, statement.declarationList);
  if (ts.isFunctionDeclaration(statement)) {
    const { asteriskToken, name, typeParameters, parameters, type, body } = statement;
    return updateFunctionDeclaration(
      statement,
      modifiers as ts.Modifier[],
      asteriskToken,
      name,
      typeParameters,
      parameters,
      type,
      body,
    );
  }
  if (ts.isClassDeclaration(statement)) {
    const { name, typeParameters, heritageClauses, members } = statement;
    return updateClassDeclaration(statement, modifiers, name, typeParameters, heritageClauses, members);
  }
  if (ts.isEnumDeclaration(statement)) {
    return factory.updateEnumDeclaration(
      statement,
      modifiers as ts.Modifier[],
      statement.name,
      statement.members,
    );
  }
  if (ts.isModuleDeclaration(statement)) {
    return factory.updateModuleDeclaration(
      statement,
      modifiers as ts.Modifier[],
      statement.name,
      statement.body,
    );
  }
  return statement;
}

/** After types went: imports as calls, then functions (they are hoisted), then the rest with `let` alone. */
export function afterTypesWent(file: ts.SourceFile, imports: readonly ts.ImportDeclaration[]): ts.SourceFile {
  const used = new Set(file.statements.filter(ts.isImportDeclaration).flatMap(localNames));
  const loads = imports.flatMap((statement) => importCall(statement, used));
  const functions: ts.Statement[] = [];
  const rest: ts.Statement[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) continue;
    if (ts.isExportDeclaration(statement)) continue; // of names that are there, or imported by now
    if (ts.isFunctionDeclaration(statement) && statement.name)
      functions.push(functionAsLet(statement, statement.name));
    else rest.push(declarationAsLet(statement));
  }
  return factory.updateSourceFile(file, [...loads, ...functions, ...rest]);
}

function localNames({ importClause }: ts.ImportDeclaration): string[] {
  const { name, namedBindings } = importClause ?? {};
  const names = name ? [name.text] : [];
  if (!namedBindings) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, namedBindings.name.text];
  return [...names, ...namedBindings.elements.map((element) => element.name.text)];
}

/**
 * `import a, { b as c } from 'm'` to `let { default: a, b: c } = await $$cell.import('m', ['b'], ['default'])`.
 * First the names whose values this cell uses: they must exist. Those after may be types, or wait for a later cell.
 */
function importCall(statement: ts.ImportDeclaration, used: ReadonlySet<string>): ts.Statement[] {
  const { importClause, moduleSpecifier } = statement;
  if (importClause?.isTypeOnly) return [];
  const { name, namedBindings } = importClause ?? {};
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    const whole = declare(namedBindings.name, importExpression(moduleSpecifier, [], []), statement);
    const member = factory.createPropertyAccessExpression(namedBindings.name, 'default');
    return name ? [whole, declare(name, member)] : [whole];
  }
  const elements = namedBindings?.elements.filter((element) => !element.isTypeOnly) ?? [];
  const names = elements.map(
    (element) => [(element.propertyName ?? element.name).text, element.name.text] as const,
  );
  if (name) names.unshift(['default', name.text]);
  const exported = (wanted: boolean) =>
    names.flatMap(([from, to]) => (used.has(to) === wanted ? [from] : []));
  const load = importExpression(moduleSpecifier, exported(true), exported(false));
  if (names.length === 0) return [ts.setTextRange(factory.createExpressionStatement(load), statement)];
  const bindings = names.map(([from, to]) => factory.createBindingElement(undefined, from, to));
  return [declare(factory.createObjectBindingPattern(bindings), load, statement)];
}

function importExpression(
  specifier: ts.Expression,
  needed: readonly string[],
  others: readonly string[],
): ts.Expression {
  const list = (names: readonly string[]) =>
    factory.createArrayLiteralExpression(names.map((name) => factory.createStringLiteral(name)));
  const call = factory.createCallExpression(member('import'), undefined, [
    specifier,
    list(needed),
    list(others),
  ]);
  return factory.createAwaitExpression(call);
}

function declare(name: ts.BindingName, value: ts.Expression, from?: ts.Statement): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  const statement = factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let),
  );
  return from ? ts.setTextRange(statement, from) : statement;
}

function functionAsLet(statement: ts.FunctionDeclaration, name: ts.Identifier): ts.Statement {
  const { modifiers, asteriskToken, parameters, body } = statement;
  const value = factory.createFunctionExpression(
    modifiers as ts.NodeArray<ts.Modifier> | undefined,
    asteriskToken,
    undefined,
    undefined,
    parameters,
    undefined,
    body!,
  );
  return declare(name, ts.setTextRange(value, statement), statement);
}

function declarationAsLet(statement: ts.Statement): ts.Statement {
  if (ts.isClassDeclaration(statement) && statement.name) {
    const { modifiers, name, heritageClauses, members } = statement;
    const value = factory.createClassExpression(modifiers, name, undefined, heritageClauses, members);
    return declare(name, ts.setTextRange(value, statement), statement);
  }
  if (!ts.isVariableStatement(statement)) return statement;
  const { declarations } = statement.declarationList;
  return factory.updateVariableStatement(
    statement,
    undefined,
    factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let),
  );
}
