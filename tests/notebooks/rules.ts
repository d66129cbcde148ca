/** The form of a chapter that has been settled, as lists of what is not so. */
import ts from 'typescript';
import type { Cell, CodeCell, Notebook } from '../../src/workbook/notebook.js';

const longestLine = 88;
const mostCells = 60;
const mostNames = 10;

/** All that is not as it should be, with the number of the cell. */
export function formProblems(notebook: Notebook): string[] {
  const { cells } = notebook;
  const prose = cells.filter(({ cell_type }) => cell_type === 'markdown');
  return [
    ...(cells.length > mostCells ? [`there are ${cells.length} cells, at most ${mostCells} are wanted`] : []),
    ...(prose.some(({ source }) => /\]\(https?:/.test(source)) ? [] : ['no text has a link to a source']),
    ...cells.flatMap((cell, nth) => (cell.cell_type === 'code' ? longLines(cell, nth) : [])),
    ...importProblems(cells),
    ...spoiledQuestions(cells),
  ];
}

function longLines({ source }: CodeCell, nth: number): string[] {
  const lines = source.split('\n').filter((line) => line.length > longestLine);
  return lines.map(
    (line) => `cell ${nth} has a line of ${line.length} characters: ${line.trim().slice(0, 40)}…`,
  );
}

/** Names are imported where they are first used: in the same section, and not many at once. */
function importProblems(cells: readonly Cell[]): string[] {
  let section = 0;
  const sections = cells.map(({ cell_type, source }) =>
    cell_type === 'markdown' && /^## /m.test(source) ? ++section : section,
  );
  const seen = new Set<string>();
  return cells.flatMap((cell, nth) => {
    if (cell.cell_type !== 'code') return [];
    const names = importedNames(cell.source);
    const fresh = names.filter((name) => !seen.has(name) && seen.add(name));
    const late = fresh.flatMap((name) => {
      const use = cells.findIndex(
        (other, at) => at >= nth && other.cell_type === 'code' && uses(other.source, name),
      );
      if (use === -1) return [`cell ${nth} imports ${name}, which no cell uses`];
      return sections[use] === sections[nth]
        ? []
        : [`cell ${nth} imports ${name}, which cell ${use} of a later section uses first`];
    });
    return names.length > mostNames ? [`cell ${nth} imports ${names.length} names`, ...late] : late;
  });
}

function importedNames(source: string): string[] {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, false);
  return file.statements.filter(ts.isImportDeclaration).flatMap(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    const named = !bindings
      ? []
      : ts.isNamespaceImport(bindings)
        ? [bindings.name.text]
        : bindings.elements.map(({ name }) => name.text);
    return [...(importClause?.name ? [importClause.name.text] : []), ...named];
  });
}

const uses = (source: string, name: string): boolean => usedNames(source).has(name);

const namesOf = new Map<string, ReadonlySet<string>>();

/** All names in a cell outside its imports; each cell is read once. */
function usedNames(source: string): ReadonlySet<string> {
  const known = namesOf.get(source);
  if (known) return known;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true);
  for (const statement of file.statements) if (!ts.isImportDeclaration(statement)) visit(statement);
  namesOf.set(source, names);
  return names;
}

/** A figure that answers a question has the question as its title. */
function spoiledQuestions(cells: readonly Cell[]): string[] {
  let asked = false;
  return cells.flatMap((cell, nth) => {
    if (cell.cell_type === 'markdown') asked = /\*\*Predict\b/.test(cell.source);
    if (cell.cell_type !== 'code' || !asked) return [];
    return titlesOf(cell).flatMap((title) =>
      title.trimEnd().endsWith('?')
        ? []
        : [`cell ${nth} comes after a Predict, and its figure says "${title}"`],
    );
  });
}

function titlesOf({ outputs }: CodeCell): string[] {
  return outputs.flatMap((output) => {
    if (!('data' in output)) return [];
    const figure = output.data['application/vnd.plotly.v1+json'] as
      | { layout?: { title?: { text?: string } } }
      | undefined;
    const title = figure?.layout?.title?.text;
    return title === undefined ? [] : [title.replaceAll('<br>', ' ')];
  });
}
