/** What a cell declares at its top level and what it mentions, read from its syntax alone: a cell may be broken. */
import type ts from 'typescript';
import type { TypeScript } from './typescript.js';

/** How a name was declared; `let` stands for `var` as well. */
export type NameKind =
  | 'const'
  | 'let'
  | 'function'
  | 'class'
  | 'enum'
  | 'namespace'
  | 'interface'
  | 'type'
  | 'import';

/** A name at the top of a cell. */
export interface CellName {
  readonly kind: NameKind;
  /** It stands for a value, for a type, or for both. */
  readonly value: boolean;
  readonly type: boolean;
}

/** What there is to know about a cell before its types are. */
export interface CellSyntax {
  readonly declared: ReadonlyMap<string, CellName>;
  /** Every identifier of the cell. */
  readonly mentioned: ReadonlySet<string>;
  /** The cell changes what other cells see without a name: `declare global`, an import for its effects. */
  readonly global: boolean;
}

/** Reads a cell's syntax. */
export function cellSyntax(ts: TypeScript, code: string): CellSyntax {
  const file = ts.createSourceFile('cell.mts', code, ts.ScriptTarget.Latest);
  const declared = new Map<string, CellName>();
  const add = (name: ts.BindingName | undefined, kind: NameKind): void => {
    if (name === undefined) return;
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name, kind);
    } else if (name.text !== '') {
      const before = declared.get(name.text);
      declared.set(name.text, before ? merged(before, meaning(kind)) : meaning(kind));
    }
  };
  for (const statement of file.statements) declareStatement(ts, statement, add);
  declareVars(ts, file, add);
  return { declared, mentioned: identifiers(ts, file), global: file.statements.some((s) => isGlobal(ts, s)) };
}

type Add = (name: ts.BindingName | undefined, kind: NameKind) => void;

const typesOnly: readonly NameKind[] = ['interface', 'type'];
const valuesOnly: readonly NameKind[] = ['const', 'let', 'function'];

const meaning = (kind: NameKind): CellName => ({
  kind,
  value: !typesOnly.includes(kind),
  type: !valuesOnly.includes(kind),
});

/** One name declared twice, as a constant and a type of the same name: the value gives the kind. */
export const merged = (a: CellName, b: CellName): CellName => ({
  kind: a.value ? a.kind : b.kind,
  value: a.value || b.value,
  type: a.type || b.type,
});

function declareStatement(ts: TypeScript, statement: ts.Statement, add: Add): void {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    if (!(flags & ts.NodeFlags.BlockScoped)) return; // a `var`, which may stand anywhere
    const kind = flags & ts.NodeFlags.Const ? 'const' : 'let'; // the flag of `using` holds that of `const`
    for (const { name } of declarations) add(name, kind);
  } else if (ts.isFunctionDeclaration(statement)) add(statement.name, 'function');
  else if (ts.isClassDeclaration(statement)) add(statement.name, 'class');
  else if (ts.isEnumDeclaration(statement)) add(statement.name, 'enum');
  else if (ts.isInterfaceDeclaration(statement)) add(statement.name, 'interface');
  else if (ts.isTypeAliasDeclaration(statement)) add(statement.name, 'type');
  else if (ts.isImportEqualsDeclaration(statement)) add(statement.name, 'import');
  else if (ts.isModuleDeclaration(statement)) {
    if (ts.isIdentifier(statement.name) && statement.name.text !== 'global') add(statement.name, 'namespace');
  } else if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    add(name, 'import');
    if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name, 'import');
    else for (const element of namedBindings?.elements ?? []) add(element.name, 'import');
  }
}

/** A `var` belongs to the whole cell from within loops and blocks, but not from within functions and classes. */
function declareVars(ts: TypeScript, node: ts.Node, add: Add): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
  if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped))
    for (const { name } of node.declarations) add(name, 'let');
  ts.forEachChild(node, (child) => declareVars(ts, child, add));
}

function identifiers(ts: TypeScript, file: ts.SourceFile): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isGlobal = (ts: TypeScript, statement: ts.Statement): boolean =>
  (ts.isImportDeclaration(statement) && statement.importClause === undefined) ||
  (ts.isModuleDeclaration(statement) &&
    (ts.isStringLiteral(statement.name) || statement.name.text === 'global'));
