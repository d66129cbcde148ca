/**
 * Lets cells have names of the platform for their own: `function process(document)`, `const Map = …`,
 * `import { setTimeout } from 'node:timers/promises'`. What a cell declares at its top would hide the platform's from
 * everybody in the process: from the engine, and from packages. So such names get a letter more that nobody sees (the
 * zero-width joiner, which JavaScript allows in names), in the cell that declares them and in all that follow.
 */
import ts = require('typescript'); // thrice as fast as `import`, which first searches its 9 MB for exports

const { factory } = ts;

const joiner = '\u200d';
/** What V8 lets nobody declare stays as it is, and so does its error. */
const undeclarable = new Set(['undefined', 'NaN', 'Infinity', 'eval']);
const platform = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => !undeclarable.has(name)));

/** Renames in a cell's JavaScript what `taken` holds, after it was given the platform's names that this cell declares. */
export function withOwnNames(
  file: ts.SourceFile,
  taken: Set<string>,
  context: ts.TransformationContext,
): ts.SourceFile {
  for (const name of declaredNames(file)) if (platform.has(name)) taken.add(name);
  if (taken.size === 0) return file;
  const renamed = (name: ts.Identifier) =>
    ts.setOriginalNode(ts.setTextRange(factory.createIdentifier(name.text + joiner), name), name);
  const isTaken = (node: ts.Node | undefined): node is ts.Identifier =>
    node !== undefined && ts.isIdentifier(node) && taken.has(node.text);
  const visit = (node: ts.Node, parent?: ts.Node): ts.Node => {
    if (parent && isKey(node, parent)) return node;
    if (isTaken(node)) return renamed(node);
    if (ts.isShorthandPropertyAssignment(node) && isTaken(node.name)) {
      const value = renamed(node.name);
      const standard = node.objectAssignmentInitializer; // `({ process = 1 } = settings)`
      const whole = standard
        ? factory.createAssignment(
            value,
            ts.visitNode(standard, (part) => visit(part), ts.isExpression),
          )
        : value;
      return factory.createPropertyAssignment(node.name.text, whole);
    }
    const isShorthand = parent && ts.isObjectBindingPattern(parent) && ts.isBindingElement(node);
    if (isShorthand && isTaken(node.name) && !node.propertyName && !node.dotDotDotToken) {
      const standard = ts.visitNode(node.initializer, (part) => visit(part), ts.isExpression);
      return factory.createBindingElement(undefined, node.name.text, renamed(node.name), standard);
    }
    const inner = ts.visitEachChild(node, (child) => visit(child, node), context);
    if (ts.isVariableDeclaration(node) && ts.isVariableDeclaration(inner) && isTaken(node.name))
      return withName(inner, node.name.text);
    return inner;
  };
  return ts.visitNode(file, (part) => visit(part), ts.isSourceFile);
}

/** A key or a label, not a variable. */
function isKey(child: ts.Node, parent: ts.Node): boolean {
  if (ts.isBindingElement(parent)) return child === parent.propertyName;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return child === parent.label;
  if (ts.isPropertyAccessExpression(parent) || ts.isMetaProperty(parent)) return child === parent.name;
  return (ts.isPropertyAssignment(parent) || ts.isClassElement(parent)) && child === parent.name;
}

/** `let name‍ = function () {}` to `let name‍ = { name: function () {} }.name`, so that the function is called what it was. */
function withName(declaration: ts.VariableDeclaration, name: string): ts.VariableDeclaration {
  const initializer = declaration.initializer && nameless(declaration.initializer, name + joiner);
  if (!initializer) return declaration;
  const object = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name, initializer)]);
  const value = factory.createPropertyAccessExpression(object, name);
  return factory.updateVariableDeclaration(declaration, declaration.name, undefined, undefined, value);
}

/** A function or a class without a name of its own, or with this one, as one without; `undefined` for all else. */
function nameless(value: ts.Expression, own: string): ts.Expression | undefined {
  if (ts.isArrowFunction(value)) return value;
  if (ts.isFunctionExpression(value)) return value.name ? undefined : value;
  if (!ts.isClassExpression(value) || (value.name && value.name.text !== own)) return undefined;
  const { modifiers, heritageClauses, members } = value;
  return factory.updateClassExpression(value, modifiers, undefined, undefined, heritageClauses, members);
}

/** What a cell declares for the whole script: at its top, and with `var` in its blocks. */
function declaredNames(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    const isVar = ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped);
    if (isVar) for (const { name } of node.declarations) names.push(...boundNames(name));
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) names.push(...boundNames(name));
    else visit(statement);
  }
  return names;
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}
