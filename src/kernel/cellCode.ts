/** A cell on its way from the process that knows TypeScript to the one that runs it, and from its JavaScript back. */
import { SourceMap } from 'node:module';
import { JSON, RangeError, SyntaxError } from '../core/globals.js';

/** The name under which a cell's JavaScript reaches the engine. */
export const runtimeName = '$$cell';

/** A place in a cell; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** JavaScript for `Runtime.evaluate`, and its source map as JSON. */
export interface TranspiledCell {
  readonly code: string;
  readonly sourceMap: string;
}

/** A cell as the engine takes it; `problem` says why there is no JavaScript. */
export type CellCode = TranspiledCell | { readonly problem: string; readonly position?: Position };

/** A cell that is not TypeScript; `position` says where. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError';
  constructor(
    message: string,
    readonly position: Position,
  ) {
    super(message);
  }
}

/** The JavaScript, or the problem thrown. */
export function usable(cell: CellCode): TranspiledCell {
  if (!('problem' in cell)) return cell;
  if (cell.position) throw new CellSyntaxError(cell.problem, cell.position);
  throw new RangeError(cell.problem);
}

/** Where a position of the JavaScript (both from 1) stands in the cell; `undefined` for code that was added. */
export function originalPosition(sourceMap: string, line: number, column: number): Position | undefined {
  const map = new SourceMap(JSON.parse(sourceMap));
  const { originalLine, originalColumn } = map.findEntry(line - 2, column - 1) as Partial<
    ReturnType<SourceMap['findEntry']> & { originalLine: number; originalColumn: number }
  >;
  if (originalLine === undefined || originalColumn === undefined) return undefined;
  return { line: originalLine + 1, column: originalColumn + 1 };
}
