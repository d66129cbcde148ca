/** What a failing cell tells its reader: the place in their own code first, then the stack, without ours. */
import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import { Array, Error, Number, Object, Set, String, URL } from '../core/globals.js';
import { CellSyntaxError, originalPosition, type Position } from './cellCode.js';
import { inspectValue, withoutEngine } from './format.js';

/** What was thrown, and what is known of where. */
export interface Failure {
  readonly thrown: unknown;
  /** The place in the cell's JavaScript at which V8 could not compile it. */
  readonly at?: Position;
  /** An error whose stack says which line of a cell waited for what failed. */
  readonly awaited?: Error | undefined;
}

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
 * @param cell The cell that was running.
 * @param cells All cells so far, since a function of an earlier one may have thrown.
 */
export function describeError(
  { thrown, at, awaited }: Failure,
  cell: number,
  cells: ReadonlyMap<number, CellSource>,
): CellError {
  const { name, message } = nameAndMessage(thrown);
  const own = thrown instanceof CellSyntaxError ? [] : framesOf(thrown, cells);
  const waiting = framesOf(awaited, cells).filter((frame) => frame.place);
  const frames = own.some((frame) => frame.place) ? own : [...own, ...waiting];
  const unparsed = at && placeOf(`${cell}`, at, cells);
  const place =
    thrown instanceof CellSyntaxError
      ? { cell, ...thrown.position }
      : (frames.find((frame) => frame.place)?.place ?? unparsed);
  const traceback = [
    ...(place ? excerpt(place, cells.get(place.cell)?.source ?? '') : []),
    message ? `${name}: ${message}` : name,
    ...frames.map(({ text }) => text),
    ...(thrown instanceof CellSyntaxError ? [] : details(thrown, cells)),
  ];
  return { name, message, traceback, ...(place && { place }) };
}

/** What a cell prints, with places in its TypeScript where a stack names those in its JavaScript. */
export function withPlaces(text: string, cells: ReadonlyMap<number, CellSource>): string {
  if (!text.includes('workbook-cell-')) return text;
  return withoutEngine(text).replace(
    /\(?workbook-cell-\d+\.ts:\d+:\d+\)?/g,
    (frame) => frameOf(frame, cells).text,
  );
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

const deepest = 3;
const mostInner = 5;

/** What an error carries: properties of its own, the errors that it stands for, and its cause. */
function details(thrown: unknown, cells: ReadonlyMap<number, CellSource>, depth = 0): string[] {
  if (!isErrorLike(thrown) || depth > deepest) return [];
  const { errors } = thrown as { errors?: unknown };
  const inner: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const left = inner.length - mostInner;
  return [
    ...properties(thrown),
    ...inner
      .slice(0, mostInner)
      .flatMap((error, nth) => told(`Error ${nth + 1} of ${inner.length}, `, error, cells, depth)),
    ...(left > 0 ? [`and ${left} more`] : []),
    ...(thrown.cause === undefined ? [] : told('Caused by ', thrown.cause, cells, depth)),
  ];
}

function told(how: string, thrown: unknown, cells: ReadonlyMap<number, CellSource>, depth: number): string[] {
  const { name, message } = nameAndMessage(thrown);
  const frames = framesOf(thrown, cells).map(({ text }) => text);
  return [`${how}${name}: ${message}`, ...frames, ...details(thrown, cells, depth + 1)];
}

/** Said elsewhere, or, of a failed assertion, in its message. */
const toldKeys = new Set(
  'name message stack cause errors generatedMessage actual expected operator diff'.split(' '),
);

function properties(error: Error): string[] {
  const keys = Object.keys(error).filter((key) => !toldKeys.has(key));
  if (keys.length === 0 || (error as { code?: unknown }).code === 'ERR_ASSERTION') return [];
  return [
    inspectValue(
      Object.fromEntries(keys.map((key) => [key, (error as unknown as Record<string, unknown>)[key]])),
    ),
  ];
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
/** Frames of the engine itself help nobody, nor do those of what compiles local modules. */
const here = [
  new URL('.', import.meta.url).href,
  fileURLToPath(new URL('.', import.meta.url)),
  '/node_modules/tsx/',
  'at new Promise (<anonymous>)',
];

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
  const [found, cell = '', row, column] = match;
  const place = placeOf(cell, { line: Number(row), column: Number(column) }, cells);
  const words = place ? placeText(place) : `cell ${cell}`;
  return { text: line.replace(found, found.startsWith('(') ? `(${words})` : words), ...(place && { place }) };
}

/** The place in a cell's TypeScript of a position in its JavaScript. */
function placeOf(
  cell: string,
  { line, column }: Position,
  cells: ReadonlyMap<number, CellSource>,
): Place | undefined {
  const { sourceMap } = cells.get(Number(cell)) ?? {};
  const position = sourceMap && originalPosition(sourceMap, line, column);
  return position ? { cell: Number(cell), ...position } : undefined;
}
