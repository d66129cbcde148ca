/**
 * Runs the `@example` of every function that the public doors export: what a doc comment shows is true.
 *
 * How an example is written:
 *
 * - It is TypeScript, `await` included. In scope are all exports of `src/index.ts` and of the samples, `tf`, Node's `inspect`, and the
 *   fixtures below. The working directory is a temporary folder.
 * - A comment behind an expression, on its line or on the lines below, is the expression's value, itself written as
 *   TypeScript: `1 + 1 // 2`. No other comment stands between statements, so that none looks checked and is not.
 * - Numbers are compared to six decimals: `Math.log(8) // 2.079442`.
 * - A text that ends in `…` says how the value begins: `'x'.repeat(80) // 'xxx…'`.
 * - A statement without a comment only has to run.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import { tf } from '../../src/backend/tf.js';
import * as samples from '../../src/data/samples/index.js';
import * as door from '../../src/index.js';

const library = { ...door, ...samples };

/** Made anew for each example. */
function fixtures() {
  const tokenizer = library.byteTokenizer();
  const config = { vocabSize: 257, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 4 };
  const params = library.createParams(config, library.createRandom(1)); // untrained
  const ids = tokenizer.encode('the whale and the sea and the whale');
  const stream = library.tokenStream([ids], { separatorId: 256, vocabSize: 257 }); // 36 tokens
  return { tokenizer, params, stream };
}

interface Exported {
  readonly name: string;
  readonly examples: readonly string[];
}

const src = new URL('../../src/', import.meta.url);

function parse(path: URL): ts.SourceFile {
  const text = readFileSync(path, 'utf8');
  return ts.createSourceFile(fileURLToPath(path), text, ts.ScriptTarget.Latest, true);
}

/** Every value that a door lets out, with the examples of its doc comment. A door may let out other doors whole. */
function exportedValues(door: URL = new URL('index.ts', src)): Exported[] {
  return parse(door).statements.flatMap((statement) => {
    assert.ok(ts.isExportDeclaration(statement) && statement.moduleSpecifier);
    assert.ok(ts.isStringLiteral(statement.moduleSpecifier));
    const path = new URL(statement.moduleSpecifier.text.replace(/\.js$/, '.ts'), door);
    if (!statement.exportClause) return exportedValues(path);
    assert.ok(ts.isNamedExports(statement.exportClause));
    const file = parse(path);
    return statement.exportClause.elements
      .filter(({ isTypeOnly }) => !isTypeOnly && !statement.isTypeOnly)
      .map(({ name, propertyName }) => ({
        name: name.text,
        examples: examplesOf(file, (propertyName ?? name).text),
      }));
  });
}

/** The examples of a declaration at the top of a file. */
function examplesOf(file: ts.SourceFile, name: string): string[] {
  const isNamed = (node: ts.NamedDeclaration) => node.name?.getText(file) === name;
  const declaration = file.statements.find((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.some(isNamed)
      : ts.isFunctionDeclaration(statement) && isNamed(statement),
  );
  assert.ok(declaration, `${name} is not declared in ${file.fileName}`);
  return ts
    .getJSDocTags(declaration)
    .filter((tag) => tag.tagName.text === 'example')
    .map((tag) => ts.getTextOfJSDocComment(tag.comment) ?? '');
}

/** The example as JavaScript in which each expression with a value behind it is handed to `isShown`. */
function checked(example: string): string {
  const file = ts.createSourceFile('example.ts', example, ts.ScriptTarget.Latest, true);
  assert.ok(file.statements.length > 0 && !example.trimStart().startsWith('//'), 'no statement comes first');
  const lines = file.statements.map((statement, nth) => {
    const next = file.statements[nth + 1] ?? file.endOfFileToken;
    const comment = example.slice(statement.getEnd(), next.getStart());
    const value = comment.replace(/^\s*\/\/|[\n\r]/gm, ' ').trim();
    if (!value) return statement.getText();
    assert.ok(ts.isExpressionStatement(statement), `"${value}" stands behind what has no value`);
    return `isShown((${statement.expression.getText()}), (${value}), ${JSON.stringify(statement.getText())});`;
  });
  const code = lines.join('\n');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText, diagnostics } = ts.transpileModule(code, { compilerOptions, reportDiagnostics: true });
  for (const { messageText } of diagnostics ?? [])
    assert.fail(`${ts.flattenDiagnosticMessageText(messageText, ' ')}\n${code}`);
  return outputText;
}

/** The value, with what the example leaves open taken from what is expected. */
function rounded(value: unknown, expected: unknown): unknown {
  if (typeof value === 'number' && typeof expected === 'number')
    return Math.abs(value - expected) <= 1e-6 ? expected : value;
  if (typeof value === 'string' && typeof expected === 'string')
    return expected.endsWith('…') && value.startsWith(expected.slice(0, -1)) ? expected : value;
  if (Array.isArray(value) && Array.isArray(expected))
    return value.map((item, nth) => rounded(item, expected[nth]));
  if (value?.constructor !== Object || expected?.constructor !== Object) return value;
  const other = expected as { readonly [key: string]: unknown };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item, other[key])]));
}

const isShown = (value: unknown, expected: unknown, source: string) =>
  assert.deepEqual(rounded(value, expected), expected, `${source} is not what the example says`);

async function run(example: string): Promise<void> {
  const scope = { ...library, tf, inspect, ...fixtures(), isShown };
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  // In a block of its own, so that an example may declare a name that is in scope.
  await new AsyncFunction(...Object.keys(scope), `{${checked(example)}}`)(...Object.values(scope));
}

describe('examples in doc comments', () => {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  process.chdir(folder);
  before(() => library.selectBackend({ name: 'cpu' })); // the same numbers everywhere
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  const exported = [...exportedValues(), ...exportedValues(new URL('data/samples/index.ts', src))];

  it('the doors let out what was read from them', () => {
    assert.deepEqual(exported.map(({ name }) => name).sort(), Object.keys(library).sort());
  });

  it('every function has one', () => {
    const shown = new Set(exported.filter(({ examples }) => examples.length > 0).map(({ name }) => name));
    const functions = Object.entries(library).filter(([, value]) => typeof value === 'function');
    assert.deepEqual(
      functions.map(([name]) => name).filter((name) => !shown.has(name)),
      [],
    );
  });

  it('one that is not true is found out', async () => {
    for (const wrong of [
      '1 + 1 // 3',
      'nothing',
      '1 + // 2',
      'const two = 2; // two',
      '// two',
      '[2] // [2, …]',
    ]) {
      await assert.rejects(run(wrong), `"${wrong}" passed`);
    }
    await run(
      "const two = 1 + 1;\ntwo // 2\nconst all = [two, Math.log(8), 'tomorrow'];\nall\n// [2, 2.079442,\n//  'tom…']",
    );
  });

  for (const { name, examples } of exported) {
    for (const example of examples) it(`${name}: the example is true`, () => run(example));
  }
});
