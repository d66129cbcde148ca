/**
 * Jupyter notebooks as plain data (nbformat 4.5): the types, reading with a clear error, and writing the way
 * Jupyter does, so that a saved file differs from the last one only where its content does.
 */
import { readFileSync } from 'node:fs';
import type { MimeBundle } from '../core/display.js';
import { messageOf } from '../core/errors.js';
import { fileProblem, writeFileAtomic } from '../core/files.js';

/** What a cell produced, as nbformat stores it. */
export type Output =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: MimeBundle; readonly metadata: object }
  | {
      readonly output_type: 'execute_result';
      readonly data: MimeBundle;
      readonly metadata: object;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** Metadata of a cell that this project reads; others are carried along untouched. */
export interface CellMetadata {
  readonly tags?: readonly string[];
  readonly nbgrader?: NbgraderMetadata;
  readonly [key: string]: unknown;
}

/** nbgrader's cell metadata, schema version 3. */
export interface NbgraderMetadata {
  readonly schema_version: 3;
  readonly grade: boolean;
  readonly solution: boolean;
  readonly locked: boolean;
  readonly grade_id: string;
  readonly points?: number;
  readonly task?: boolean;
  /** Of an assignment: what the cell was when it was handed out. */
  readonly checksum?: string;
  readonly cell_type?: string;
}

/** A cell; `source` is one string here, whichever form the file had. */
export type Cell =
  | {
      readonly cell_type: 'markdown' | 'raw';
      readonly id: string;
      readonly metadata: CellMetadata;
      readonly source: string;
    }
  | CodeCell;

/** A code cell, with what its last run left behind. */
export interface CodeCell {
  readonly cell_type: 'code';
  readonly id: string;
  readonly metadata: CellMetadata;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

/** A notebook. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: { readonly [key: string]: unknown };
  readonly nbformat: 4;
  readonly nbformat_minor: number;
}

/** Whether a cell has a tag; a file may hold anything in their place. */
export const hasTag = ({ metadata: { tags } }: Cell, tag: string): boolean =>
  Array.isArray(tags) && tags.includes(tag);

/** Whether a cell is run, for a reader and for the grader alike: a code cell with something in it that no tag skips. */
export const isRun = (cell: Cell): cell is CodeCell =>
  cell.cell_type === 'code' && cell.source.trim() !== '' && !hasTag(cell, 'skip-execution');

/** The metadata that makes Jupyter, VS Code and nbgrader take a notebook for TypeScript. */
export const typescriptMetadata = {
  kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' },
  language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
} as const;

/**
 * Reads a notebook file.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If it is not JSON, or not a notebook of format 4; the message names file and cell.
 */
export function readNotebook(path: string): Notebook {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read notebook ${path}: ${fileProblem(error)}`);
  }
  return parseNotebook(text, path);
}

/** Reads a notebook from its text; `path` is only named in errors. See `readNotebook`. */
export function parseNotebook(text: string, path: string): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SyntaxError(
      `Cannot read notebook ${path}: it is not JSON (${messageOf(error).replace(/\s+/g, ' ')})`,
    );
  }
  const { cells, metadata = {}, nbformat, nbformat_minor } = asObject(json) ?? {};
  if (nbformat !== 4) {
    throw new SyntaxError(
      `Cannot read notebook ${path}: expected nbformat 4, got ${JSON.stringify(nbformat) ?? 'none'}`,
    );
  }
  if (!Array.isArray(cells)) {
    throw new SyntaxError(`Cannot read notebook ${path}: expected a list of cells, got ${typeof cells}`);
  }
  return {
    cells: cells.map((cell, index) => parseCell(cell, index, path)),
    metadata: asObject(metadata) ?? {},
    nbformat: 4,
    nbformat_minor: typeof nbformat_minor === 'number' ? nbformat_minor : 5,
  };
}

function parseCell(value: unknown, index: number, path: string): Cell {
  const where = `${path}, cell ${index + 1}`;
  const cell = asObject(value);
  if (!cell) throw new SyntaxError(`Cannot read notebook ${where}: expected an object, got ${typeof value}`);
  const source = joined(cell.source);
  if (source === undefined) {
    throw new SyntaxError(
      `Cannot read notebook ${where}: expected text as source, got ${typeof cell.source}`,
    );
  }
  const metadata = (asObject(cell.metadata) ?? {}) as CellMetadata;
  const id = typeof cell.id === 'string' ? cell.id : `cell-${index + 1}`; // ids are new in 4.5
  if (cell.cell_type === 'markdown' || cell.cell_type === 'raw') {
    return { cell_type: cell.cell_type, id, metadata, source };
  }
  if (cell.cell_type !== 'code') {
    throw new SyntaxError(
      `Cannot read notebook ${where}: expected code, markdown or raw, got ${JSON.stringify(cell.cell_type)}`,
    );
  }
  const outputs = Array.isArray(cell.outputs) ? cell.outputs.map(parseOutput) : [];
  const count = typeof cell.execution_count === 'number' ? cell.execution_count : null;
  return { cell_type: 'code', id, metadata, source, execution_count: count, outputs };
}

function parseOutput(value: unknown): Output {
  const output = { ...(asObject(value) ?? {}) };
  if ('text' in output) output.text = joined(output.text) ?? '';
  const data = asObject(output.data);
  if (data) {
    output.data = Object.fromEntries(
      Object.entries(data).map(([mime, part]) => [mime, isJson(mime) ? part : (joined(part) ?? part)]),
    );
  }
  return output as unknown as Output;
}

/**
 * Writes a notebook as Jupyter would (one-space indent, text as lists of lines), atomically.
 */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeFileAtomic(path, formatNotebook(notebook));
}

/** The text of a notebook file; see `writeNotebook`. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const shared = { cell_type: cell.cell_type, id: cell.id, metadata: cell.metadata };
    if (cell.cell_type !== 'code') return { ...shared, source: lines(cell.source) };
    const { execution_count } = cell;
    return {
      ...shared,
      execution_count,
      outputs: cell.outputs.map(formatOutput),
      source: lines(cell.source),
    };
  });
  const file = {
    cells,
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: Math.max(5, notebook.nbformat_minor),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function formatOutput(output: Output): object {
  if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
  if (output.output_type === 'error') return output;
  const data = Object.entries(output.data).map(([mime, part]) => [
    mime,
    typeof part === 'string' && !isJson(mime) && !mime.startsWith('image/p') ? lines(part) : part,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

const isJson = (mime: string): boolean => /^application\/(.*\+)?json$/.test(mime);

/** Splits after each newline, as nbformat stores text. */
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function joined(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join('') : undefined;
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
