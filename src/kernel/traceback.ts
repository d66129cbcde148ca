/** What a failing cell tells its reader: the place in their own code first, then the stack, without ours. */
import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import { Error, Number, String, URL } from '../core/globals.js';
import { CellSyntaxError, originalPosition, type Position } from './cellCode.js';
import { inspectValue } from './format.js';

/** An error of a cell, as plain data. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  /** Cell, line and column where it can be told. */
  readonly place?: Place;
  /** For people: the place with its line of source, the error, its stack in terms of cells. */
  readonly traceback: readonly string[];
}

/** A place in a cell; the cell by its execution count, line and column from 1. */
export interface Place extends Position {
  readonly cell: number;
}

/** A cell that ran, as far as needed to explain an error. */
export interface CellSource {
  readonly source: string;
  /** Of its JavaScript; missing where there is none. */
  readonly sourceMap?: string;
}

/** The name of a cell in stack traces of V8; `describeError` turns it into words. */
export const cellUrl = (cell: number): string => `workbook-cell-${cell}.ts`;

/**
 * Describes what a cell threw.
 *
 * @param thrown Any value.
 * @param cell The cell that was running.
 * @param cells All cells so far, since a function of an earlier one may have thrown.
 */
export function describeError(
  thrown: unknown,
  cell: number,
  cells: ReadonlyMap<number, CellSource>,
): CellError {
  const { name, message } = nameAndMessage(thrown);
  const frames = thrown instanceof CellSyntaxError ? [] : framesOf(thrown, cells);
  const place =
    thrown instanceof CellSyntaxError
      ? { cell, ...thrown.position }
      : frames.find((frame) => frame.place)?.place;
  const traceback = [
    ...(place ? excerpt(place, cells.get(place.cell)?.source ?? '') : []),
    message ? `${name}: ${message}` : name,
    ...frames.map(({ text }) => text),
    ...causes(thrown, cells),
  ];
  return { name, message, traceback, ...(place && { place }) };
}

/** `cell 3, line 2, column 5` */
export const placeText = ({ cell, line, column }: Place): string =>
  `cell ${cell}, line ${line}, column ${column}`;

function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (!isErrorLike(thrown)) return { name: 'Thrown', message: inspectValue(thrown) };
  try {
    return { name: String(thrown.name), message: String(thrown.message) };
  } catch {
    return { name: 'Error', message: 'an error that cannot be read' };
  }
}

const isErrorLike = (value: unknown): value is Error => isNativeError(value) || value instanceof Error;

function causes(thrown: unknown, cells: ReadonlyMap<number, CellSource>, depth = 0): string[] {
  if (!isErrorLike(thrown) || thrown.cause === undefined || depth > 3) return [];
  const { name, message } = nameAndMessage(thrown.cause);
  const frames = framesOf(thrown.cause, cells).map(({ text }) => text);
  return [`Caused by ${name}: ${message}`, ...frames, ...causes(thrown.cause, cells, depth + 1)];
}

function excerpt(place: Place, source: string): string[] {
  const line = source.split('\n')[place.line - 1];
  if (line === undefined) return [`${placeText(place)}:`];
  return [`${placeText(place)}:`, `  ${line}`, `  ${' '.repeat(place.column - 1)}^`];
}

interface Frame {
  readonly text: string;
  readonly place?: Place;
}

const mostFrames = 20;
/** Frames of the engine itself help nobody. */
const here = [new URL('.', import.meta.url).href, fileURLToPath(new URL('.', import.meta.url))];

/** The stack down to where the engine started the cell. */
function framesOf(thrown: unknown, cells: ReadonlyMap<number, CellSource>): Frame[] {
  if (!isErrorLike(thrown) || typeof thrown.stack !== 'string') return [];
  const lines = thrown.stack.split('\n').filter((line) => /^ {4}at /.test(line));
  const end = lines.findIndex((line) => line.includes('(node:inspector:'));
  const ours = end === -1 ? lines : lines.slice(0, end);
  return ours
    .filter((line) => !/\(?node:internal\//.test(line) && !here.some((folder) => line.includes(folder)))
    .slice(0, mostFrames)
    .map((line) => frameOf(line, cells));
}

function frameOf(line: string, cells: ReadonlyMap<number, CellSource>): Frame {
  const match = /\(?workbook-cell-(\d+)\.ts:(\d+):(\d+)\)?/.exec(line);
  if (!match) return { text: line.replace(/\?version=\d+/, '') };
  const [found, cell, row, column] = match;
  const { sourceMap } = cells.get(Number(cell)) ?? {};
  const position = sourceMap && originalPosition(sourceMap, Number(row), Number(column));
  if (!position) return { text: line.replace(found, `cell ${cell}`) };
  const place = { cell: Number(cell), ...position };
  const words = placeText(place);
  return { text: line.replace(found, found.startsWith('(') ? `(${words})` : words), place };
}
