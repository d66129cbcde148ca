/**
 * Notebooks as TypeScript files in the percent format that jupytext, VS Code and PyCharm know: a cell starts at
 * a line `// %%`, a Markdown cell at `// %% [markdown]` with each line behind `// `. Good for writing a chapter
 * in an editor and for reading what changed; outputs are not kept.
 */
import { createHash } from 'node:crypto';
import { type Cell, type CellMetadata, type Notebook, typescriptMetadata } from './notebook.js';

const header = /^\/\/ %%(?: \[(markdown|raw)\])?((?: [\w-]+=.+)?)\s*$/;

/**
 * Writes a notebook as a TypeScript file; `fromPercent` reads it back to the same cells.
 *
 * @example
 * toPercent(notebook) // '// %% [markdown] id="a1"\n// # Title\n\n// %% id="b2"\nconst x = 1;\n'
 */
export function toPercent(notebook: Notebook): string {
  return notebook.cells.map(cellText).join('\n');
}

function cellText(cell: Cell): string {
  const kind = cell.cell_type === 'code' ? '' : ` [${cell.cell_type}]`;
  const metadata = Object.entries({ id: cell.id, ...cell.metadata }).map(
    ([key, value]) => ` ${key}=${JSON.stringify(value)}`,
  );
  const body =
    cell.cell_type === 'code'
      ? cell.source
      : cell.source
          .split('\n')
          .map((line) => (line ? `// ${line}` : '//'))
          .join('\n');
  return `// %%${kind}${metadata.join('')}\n${body}\n`;
}

/**
 * Reads a notebook from a TypeScript file in percent format. What stands before the first `// %%` is left out.
 * A cell without an id gets one from its text, so ids stay the same while other cells come and go.
 *
 * @throws {SyntaxError} If a cell's metadata cannot be read; the message names the line.
 */
export function fromPercent(text: string): Notebook {
  const cells: Cell[] = [];
  const used = new Set<string>();
  const lines = text.replace(/\r\n/g, '\n').split('\n');
  const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  for (const [nth, start] of starts.entries()) {
    const [, kind = 'code', pairs = ''] = header.exec(lines[start]!)!;
    const body = lines.slice(start + 1, starts[nth + 1] ?? lines.length);
    const source = (kind === 'code' ? body : body.map((line) => line.replace(/^\/\/ ?/, '')))
      .join('\n')
      .replace(/^\n+|\s+$/g, '');
    const { id = idOf(kind + source, used), ...metadata } = parseMetadata(pairs, start + 1);
    used.add(String(id));
    const shared = { id: String(id), metadata: metadata as CellMetadata, source };
    cells.push(
      kind === 'code'
        ? { cell_type: 'code', ...shared, execution_count: null, outputs: [] }
        : { cell_type: kind as 'markdown' | 'raw', ...shared },
    );
  }
  return { cells, metadata: typescriptMetadata, nbformat: 4, nbformat_minor: 5 };
}

/** Reads ` key=JSON key=JSON`. */
function parseMetadata(pairs: string, line: number): Record<string, unknown> {
  const parts = pairs
    .trim()
    .split(/ (?=[\w-]+=)/)
    .filter(Boolean);
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf('=');
      try {
        return [part.slice(0, at), JSON.parse(part.slice(at + 1))];
      } catch {
        throw new SyntaxError(`Cannot read line ${line}: expected key=JSON after // %%, got ${part}`);
      }
    }),
  );
}

function idOf(text: string, used: ReadonlySet<string>): string {
  const id = createHash('sha256').update(text).digest('hex').slice(0, 8);
  for (let nth = 2, next = id; ; nth++, next = `${id}-${nth}`) if (!used.has(next)) return next;
}
