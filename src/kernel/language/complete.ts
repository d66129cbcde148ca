/** What may stand at the cursor: names, members, keywords, and files and packages within import strings. */
import { createRequire } from 'node:module';
import type ts from 'typescript';
import { type CellModule, type Cells, ownPrefix } from './cells.js';
import { type Session, toModule } from './session.js';
import type { TypeScript } from './typescript.js';

/** What can be put in place of `start` to `end` (the cursor), best first. */
export interface Completion {
  readonly matches: readonly string[];
  readonly start: number;
  readonly end: number;
  /** The matches, with TypeScript's word for what each is: `const`, `function`, `method`, `keyword`. */
  readonly items: readonly { readonly text: string; readonly type: string }[];
}

const mostMatches = 1000; // TensorFlow.js alone exports 500 names, and a front end filters on as one types

/** Completes what stands before the cursor; a match begins as that does, in capitals or not. */
export function complete({ ts, service, cells }: Session, code: string, cursor: number): Completion {
  const module = cells.open(code, 'all');
  const position = toModule(module, cursor);
  const found = service.getCompletionsAtPosition(module.path, position, {
    includeCompletionsForModuleExports: false,
  });
  const file = service.getProgram()?.getSourceFile(module.path);
  const string = file && stringAt(ts, file, position);
  const packages = string?.isSpecifier && !/^[./]/.test(string.typed) ? ourPackages() : [];
  const start = startOf(module, position, found, string);
  const entries = [...(found?.entries ?? []), ...packages];
  const items = bestFirst(entries, module.text.slice(start, position)).map(({ name, kind }) => ({
    text: name,
    type: typeOf(name, kind, cells),
  }));
  return {
    matches: items.map(({ text }) => text),
    start: start - module.prelude.length,
    end: position - module.prelude.length,
    items,
  };
}

/** Where the text begins that a match replaces. */
function startOf(
  { text, prelude }: CellModule,
  position: number,
  found: ts.CompletionInfo | undefined,
  string: StringAt | undefined,
): number {
  const before = text.slice(prelude.length, position);
  if (string?.isSpecifier) return position - string.typed.length + pathLength(string.typed);
  if (string) return found?.optionalReplacementSpan?.start ?? position - string.typed.length;
  return position - (/[\p{ID_Continue}$#\u200c\u200d]*$/u.exec(before)?.[0].length ?? 0);
}

/** Of a path only the last part is replaced; the name of a package is replaced as a whole. */
const pathLength = (typed: string): number => (/^[./]/.test(typed) ? typed.lastIndexOf('/') + 1 : 0);

type Entry = Pick<ts.CompletionEntry, 'name' | 'kind' | 'sortText'>;

function bestFirst(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = entries.filter(({ name, kind }) => !name.startsWith(ownPrefix) && kind !== 'warning');
  const exact = wanted.filter(({ name }) => name.startsWith(typed));
  const low = typed.toLowerCase();
  const loose = () => wanted.filter(({ name }) => name.toLowerCase().startsWith(low));
  const unique = new Map((exact.length > 0 ? exact : loose()).map((entry) => [entry.name, entry]));
  return [...unique.values()]
    .sort((a, b) => compare(a.sortText, b.sortText) || inAlphabet.compare(a.name, b.name))
    .slice(0, mostMatches);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const inAlphabet = new Intl.Collator('en');

/** Names of earlier cells are imports only to us. */
function typeOf(name: string, kind: string, { visible }: Cells): string {
  return kind === 'alias' ? (visible.get(name)?.kind.replace('import', 'alias') ?? kind) : kind;
}

/** A string that the cursor stands in. */
interface StringAt {
  /** Its text up to the cursor. */
  readonly typed: string;
  /** It names a module: `from '|'`, `import('|')`, `require('|')`. */
  readonly isSpecifier: boolean;
}

function stringAt(ts: TypeScript, file: ts.SourceFile, position: number): StringAt | undefined {
  let found: StringAt | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > position || node.end < position) return;
    const start = node.getStart(file) + 1;
    if (ts.isStringLiteralLike(node) && start <= position && !isBehind(node, file, position))
      found = { typed: file.text.slice(start, position), isSpecifier: isSpecifier(ts, node.parent) };
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The cursor stands behind the closing quote. */
const isBehind = (node: ts.StringLiteralLike, file: ts.SourceFile, position: number): boolean =>
  position === node.end && node.end - node.getStart(file) > 1 && /["'`]$/.test(node.getText(file));

const isSpecifier = (ts: TypeScript, parent: ts.Node): boolean =>
  ts.isImportDeclaration(parent) ||
  ts.isExportDeclaration(parent) ||
  ts.isExternalModuleReference(parent) ||
  (ts.isCallExpression(parent) && /^(import|require)$/.test(parent.expression.getText()));

/** What a cell can import wherever its notebook lies: this package and what it depends on. */
function ourPackages(): Entry[] {
  const own = createRequire(import.meta.url)('llm-workbook/package.json') as {
    readonly name: string;
    readonly dependencies: { readonly [name: string]: string };
  };
  const names = [own.name, 'tslab', ...Object.keys(own.dependencies)];
  return names.map((name) => ({
    name,
    kind: 'external module name' as ts.ScriptElementKind,
    sortText: '20',
  }));
}
