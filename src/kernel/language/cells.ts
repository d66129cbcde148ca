/**
 * Cells as modules that import from each other. A cell that ran is a file `__cell_<n>.mts` beside the notebook, the one
 * at hand is `__cell_current.mts`; neither is ever on disk. Each is its own text behind one line, the prelude, that
 * imports what earlier cells declared and exports what this one does. A position in the file is one in the cell
 * plus the prelude's length.
 *
 * The exports stand in front, so that a cell that breaks off does not swallow them, and under names of their own, so
 * that a cell may say `export` itself. A variable (`let`, `var`) is not imported, since an import cannot be assigned
 * to: it is declared again with the type it had.
 */
import { join } from 'node:path';
import { type CellName, type CellSyntax, cellSyntax, merged } from './names.js';
import type { TypeScript } from './typescript.js';

/** Names that begin so are ours, and nobody wants to see them. */
export const ownPrefix = '__cell';

/** A cell as a module: `text` is `prelude` and then the cell. */
export interface CellModule {
  readonly path: string;
  readonly text: string;
  readonly prelude: string;
}

/** A name that a cell can use, and the module that it comes from. */
export interface VisibleName extends CellName {
  readonly from: string;
}

/** The cells of one notebook. */
export interface Cells {
  /** All modules by their path. */
  readonly modules: ReadonlyMap<string, CellModule>;
  /** What the cells that ran have declared. */
  readonly visible: ReadonlyMap<string, VisibleName>;
  /** The path of the cell at hand. */
  readonly current: string;
  /**
   * Makes `code` the cell at hand.
   *
   * @param names The earlier names that it sees: those that it mentions, which keeps the work small, or all.
   */
  readonly open: (code: string, names: 'mentioned' | 'all') => CellModule;
  /** Makes one that was opened before the cell at hand again, with the names that it saw then. */
  readonly reopen: (module: CellModule) => void;
  /** Notes that a cell has run. */
  readonly ran: (code: string) => void;
}

/** What every cell has from the start. */
const firstCell = `/**
 * Asks the reader, who answers in a field under the cell.
 * @param text What is asked.
 * @returns The answer.
 */
export declare function prompt(text: string): Promise<string>;
`;

/** The notebook in a folder, before its first cell. */
export function createCells(ts: TypeScript, folder: string): Cells {
  const path = (name: string | number) => join(folder, `${ownPrefix}_${name}.mts`);
  const current = path('current');
  const visible = new Map<string, VisibleName>();
  const modules = new Map<string, CellModule>();
  const effects = new Set<string>(); // modules that matter even where none of their names is used
  const ran: Cells['ran'] = (code) => {
    const syntax = cellSyntax(ts, code);
    const number = modules.size - (modules.has(current) ? 1 : 0);
    const used = usedNames(syntax, visible, (name) => syntax.mentioned.has(name));
    add(path(number), code, preludeOf(code, syntax, used, []));
    const from = `./${ownPrefix}_${number}.mjs`;
    if (syntax.global || directivesOf(code) !== '') effects.add(from);
    for (const [name, own] of syntax.declared) {
      const earlier = visible.get(name);
      const both = earlier !== undefined && areApart(earlier, own);
      visible.set(name, { ...(both ? merged(earlier, own) : own), from });
    }
  };
  const add = (path: string, code: string, prelude: string): CellModule => {
    const module = { path, text: prelude + code, prelude };
    modules.set(path, module);
    return module;
  };
  ran(firstCell);
  return {
    modules,
    visible,
    current,
    ran,
    reopen: (module) => {
      modules.set(current, module);
    },
    open: (code, names) => {
      const syntax = cellSyntax(ts, code);
      const used = usedNames(syntax, visible, (name) => names === 'all' || syntax.mentioned.has(name));
      // The same modules in the same order for every question: TypeScript then keeps all but this one file.
      const sources = new Set([...[...visible.values()].map(({ from }) => from), ...effects]);
      return add(current, code, preludeOf(code, syntax, used, [...sources].sort()));
    },
  };
}

/** A type and a value of one name live beside each other. */
const areApart = (a: CellName, b: CellName): boolean => !(a.value && b.value) && !(a.type && b.type);

/** The earlier names that a cell uses and does not declare itself, by the module that they come from. */
function usedNames(
  { declared }: CellSyntax,
  visible: ReadonlyMap<string, VisibleName>,
  isUsed: (name: string) => boolean,
): Map<string, VisibleName> {
  return new Map(
    [...visible].filter(([name, earlier]) => {
      const own = declared.get(name);
      return isUsed(name) && (!own || areApart(own, earlier));
    }),
  );
}

function preludeOf(
  code: string,
  { declared }: CellSyntax,
  used: ReadonlyMap<string, VisibleName>,
  sources: readonly string[],
): string {
  const imports = new Map<string, string[]>(sources.map((from) => [from, []]));
  const variables: string[] = [];
  for (const [name, { kind, type, from }] of used) {
    const isVariable = kind === 'let' && !type && !declared.has(name);
    const names = imports.get(from) ?? [];
    names.push(isVariable ? `${ownPrefix}_${name}` : `${ownPrefix}_${name} as ${name}`);
    imports.set(from, names);
    if (isVariable) variables.push(`declare let ${name}: typeof ${ownPrefix}_${name};`);
  }
  const exports = [...declared.keys()].map((name) => `${name} as ${ownPrefix}_${name}`);
  return [
    directivesOf(code),
    ...[...imports].map(([from, names]) => `import { ${names.join(', ')} } from '${from}';`),
    ...variables,
    `export { ${exports.join(', ')} };\n`,
  ].join('');
}

/** The lines of a cell that TypeScript heeds only in front of everything: `// @ts-nocheck`, `/// <reference … />`. */
function directivesOf(code: string): string {
  const [comments] = /^(\s*\/\/.*)*/.exec(code) ?? [''];
  const lines = comments.split('\n').filter((line) => /@ts-nocheck\b|\/\/\/\s*<reference\s/.test(line));
  return lines.map((line) => `${line.trim()}\n`).join('');
}
