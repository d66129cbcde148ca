import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files of TypeScript below a folder of the repository, by their paths from its root. */
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));

const parsed = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, false);

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** Functions, classes and constants that a file exports; types may stand in signatures alone. */
function exportedValues(file: ts.SourceFile): string[] {
  return file.statements.filter(isExported).flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isValue && statement.name ? [statement.name.text] : [];
  });
}

/** What a file takes from others of `src`, as `src/core/files.ts isAlive`; a whole module as `src/core/files.ts *`. */
function takenBy(file: ts.SourceFile): string[] {
  const text = readFileSync(join(root, file.fileName), 'utf8');
  const loaded = [...text.matchAll(/(?:import|new URL)\((['"`])(\.[^'"`]+)\1/g)].map(
    ([, , path]) => `${path} *`,
  );
  const named = file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const from = statement.moduleSpecifier;
    if (!from || !ts.isStringLiteral(from)) return [];
    const bindings = ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : statement.exportClause;
    if (!bindings || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings))
      return [`${from.text} *`];
    return bindings.elements.map(({ name, propertyName }) => `${from.text} ${(propertyName ?? name).text}`);
  });
  return [...named, ...loaded].map((one) => {
    const [path, name] = one.split(' ') as [string, string];
    const source = join(dirname(file.fileName), path)
      .replace(/^dist\//, 'src/')
      .replace(/\.js$/, '.ts');
    return `${source} ${name}`;
  });
}

it('every value that a file of src exports is used by another file', () => {
  const all = ['src', 'tests'].flatMap(filesBelow).map(parsed);
  const taken = new Set(all.flatMap(takenBy));
  const unused = all
    .filter(({ fileName }) => fileName.startsWith('src'))
    .flatMap((file) => exportedValues(file).map((name) => `${file.fileName} ${name}`))
    .filter((one) => !taken.has(one) && !taken.has(one.replace(/ .*/, ' *')));
  assert.deepEqual(unused, []);
});
