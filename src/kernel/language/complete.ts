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

const mostMatches = 500;

/** Completes what stands before the cursor; a match begins as that does, in capitals or not. */
export function complete({ ts, service, cells }: Session, code: string, cursor: number): Completion {
  const module = cells.open(code, 'all');
  const position = toModule(module, cursor);
  const found = service.getCompletionsAtPosition(module.path, position, {
    includeCompletionsForModuleExports: false,
  });
  const file = service.getProgram()?.getSourceFile(module.path);
  const packages = file && isPackageName(ts, file, position) ? ourPackages() : [];
  const entries = [...(found?.entries ?? []), ...packages];
  const start = Math.max(startOf(module, position, found), module.prelude.length);
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

type Entry = Pick<ts.CompletionEntry, 'name' | 'kind' | 'sortText'>;

/** Where the text begins that a match replaces. */
function startOf({ text }: CellModule, position: number, found: ts.CompletionInfo | undefined): number {
  const span = found?.entries.find(({ replacementSpan }) => replacementSpan)?.replacementSpan;
  const start = span?.start ?? found?.optionalReplacementSpan?.start;
  return (
    start ?? position - (/[\p{ID_Continue}$#\u200c\u200d]*$/u.exec(text.slice(0, position))?.[0].length ?? 0)
  );
}

function bestFirst(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = entries.filter(({ name, kind }) => !name.startsWith(ownPrefix) && kind !== 'warning');
  const exact = wanted.filter(({ name }) => name.startsWith(typed));
  const low = typed.toLowerCase();
  const loose = () => wanted.filter(({ name }) => name.toLowerCase().startsWith(low));
  const unique = new Map((exact.length > 0 ? exact : loose()).map((entry) => [entry.name, entry]));
  return [...unique.values()]
    .sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name))
    .slice(0, mostMatches);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names of earlier cells are imports only to us. */
function typeOf(name: string, kind: string, { visible }: Cells): string {
  return kind === 'alias' ? (visible.get(name)?.kind.replace('import', 'alias') ?? kind) : kind;
}

/** The cursor stands in a string that names a package: `from '|'`, `import('|')`, `require('|')`. */
function isPackageName(ts: TypeScript, file: ts.SourceFile, position: number): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (node.pos > position || node.end < position) return;
    if (ts.isStringLiteral(node) && node.getStart(file) < position && !node.text.startsWith('.'))
      found = isSpecifier(ts, node.parent);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isSpecifier = (ts: TypeScript, parent: ts.Node): boolean =>
  ts.isImportDeclaration(parent) ||
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
