import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const platform = new Set(Object.getOwnPropertyNames(globalThis));
const constants = new Set(['undefined', 'NaN', 'Infinity']); // nobody can change them

/** A module of `src/` as JavaScript: without types, and without imports of types. */
function moduleOf(file: string): ts.SourceFile {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return ts.createSourceFile(file, outputText, ts.ScriptTarget.ES2022, true);
}

/** Every module that the process of the cells loads of this package. */
function modulesOfCellProcess(): ts.SourceFile[] {
  const found = new Map<string, ts.SourceFile>();
  const waiting = [join(src, 'kernel/cellProcess.ts')];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (found.has(file)) continue;
    const module = moduleOf(file);
    found.set(file, module);
    const here = dirname(file);
    for (const [, name] of module.text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g))
      waiting.push(join(here, `${name}.ts`));
  }
  return [...found.values()];
}

/** Names of the platform that a module's functions use and it does not import; what it declares itself counts as imported. */
function freeNames(module: ts.SourceFile): string[] {
  const own = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) && platform.has(node.text) && !constants.has(node.text)) {
      const { parent } = node;
      const isKey =
        (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
      const isDeclaration =
        (ts.isVariableDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isBindingElement(parent) ||
          ts.isImportSpecifier(parent) ||
          ts.isImportClause(parent)) &&
        parent.name === node;
      if (isDeclaration) own.add(node.text);
      else if (!isKey && ts.findAncestor(node, ts.isFunctionLike)) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(module);
  return [...used].filter((name) => !own.has(name));
}

it('whatever a cell does to the global names, the modules that run it keep theirs: core/globals.ts', () => {
  const modules = modulesOfCellProcess().filter(({ fileName }) => !fileName.endsWith('core/globals.ts'));
  assert.ok(modules.length > 15, 'the walk through the imports found nothing');
  const wrong = modules.flatMap((module) => {
    const names = freeNames(module);
    return names.length > 0 ? [`${relative(src, module.fileName)}: ${names.join(', ')}`] : [];
  });
  assert.deepEqual(wrong, []);
});
