/** TypeScript at work on the cells of one notebook: what the worker thread holds. */
import type ts from 'typescript';
import { type CellModule, type Cells, createCells } from './cells.js';
import { createHost } from './host.js';
import { cellOptions } from './options.js';
import type { TypeScript } from './typescript.js';

/** A language service and the cells that it sees. */
export interface Session {
  readonly ts: TypeScript;
  readonly service: ts.LanguageService;
  readonly cells: Cells;
  readonly folder: string;
}

/** A session before its first cell. */
export function createSession(ts: TypeScript, folder: string): Session {
  const cells = createCells(ts, folder);
  const service = ts.createLanguageService(createHost(ts, folder, cells, cellOptions(ts, folder)));
  return { ts, service, cells, folder };
}

/** A position in a cell as one in its file; a cursor outside the cell is put at its nearer end. */
export function toModule({ text, prelude }: CellModule, cursor: number): number {
  const offset = Number.isFinite(cursor) ? Math.trunc(cursor) : 0;
  return Math.min(Math.max(offset, 0) + prelude.length, text.length);
}
