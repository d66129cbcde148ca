/**
 * How other people's files lay out what `namedParams` names: under other names, matrices turned over, queries, keys and
 * values apart. A layout says for each parameter of ours which tensors of the file are it, side by side.
 */
import type { PackedMatrix } from '../../backend/ops/packed.js';
import { tf } from '../../backend/tf.js';
import type { GptConfig } from '../config.js';
import { type GptParams, type InferenceParams, paramShapes, paramsFrom } from '../params.js';
import { cut } from './fields.js';
import { checkTensor, readFloats, sizeOf, type TensorFile } from './tensorFile.js';

/** A tensor of a file that is a parameter of ours, or some of its columns. */
export interface StoredPart {
  readonly name: string;
  /** As the file has it. */
  readonly shape: readonly number[];
  /** Whether the file has it as [out,in]; ours are [in,out]. */
  readonly isTurned?: boolean;
  /**
   * Heads whose rows the file has in another order: channels that turn together by rotary positions are neighbours in
   * llama.cpp, and half a head apart here.
   */
  readonly pairedHeads?: number;
}

/** The parts of the parameter of a name and a shape, from left to right. */
export type Layout = (name: string, shape: readonly number[]) => readonly StoredPart[];

/**
 * Reads a model's parameters from a file of another layout. Names and shapes are checked before any memory is taken.
 *
 * @param isKnown Whether a tensor that is no parameter may stand in the file.
 * @param packed Gives the parameters that stay as they are stored; default none.
 * @throws {SyntaxError} If a tensor is missing, has another shape, or is none of the model's; the message names it.
 */
export function readParams(
  file: TensorFile,
  config: GptConfig,
  layout: Layout,
  isKnown: (name: string) => boolean,
): GptParams;
export function readParams(
  file: TensorFile,
  config: GptConfig,
  layout: Layout,
  isKnown: (name: string) => boolean,
  packed: (name: string, parts: readonly StoredPart[]) => PackedMatrix | undefined,
): InferenceParams;
export function readParams(
  file: TensorFile,
  config: GptConfig,
  layout: Layout,
  isKnown: (name: string) => boolean,
  packed: (name: string, parts: readonly StoredPart[]) => PackedMatrix | undefined = () => undefined,
): InferenceParams {
  const used = new Set<string>();
  for (const [name, shape] of paramShapes(config)) {
    for (const part of layout(name, shape)) {
      checkTensor(file, part.name, part.shape);
      used.add(part.name);
    }
  }
  for (const name of file.tensors.keys())
    if (!used.has(name) && !isKnown(name))
      throw new SyntaxError(
        `Cannot load ${file.path}: tensor ${cut(name)} is none of a model of this configuration`,
      );
  return paramsFrom(config, (name, shape) => {
    const parts = layout(name, shape);
    return packed(name, parts) ?? tf.tensor(readParam(file, parts, shape), [...shape], 'float32');
  });
}

function readParam(file: TensorFile, parts: readonly StoredPart[], shape: readonly number[]): Float32Array {
  const [first] = parts;
  if (parts.length === 1 && !first!.isTurned) return readFloats(file, first!.name, first!.shape);
  const whole = new Float32Array(sizeOf(shape));
  for (const [nth, part] of parts.entries()) {
    const columns = columnsOf(parts, nth);
    const [, inputs = 0] = part.shape;
    const values = readFloats(file, part.name, part.shape);
    for (const [row, column] of tiles(columns.length, inputs)) {
      const [lastRow, lastColumn] = [Math.min(columns.length, row + tile), Math.min(inputs, column + tile)];
      for (let output = row; output < lastRow; output++)
        for (let input = column; input < lastColumn; input++)
          whole[input * shape[1]! + columns[output]!] = values[output * inputs + input]!;
    }
  }
  return whole;
}

/** The numbers of a part, as the file is to have them, from a parameter of ours. */
export function partOf(
  values: Float32Array,
  parts: readonly StoredPart[],
  nth: number,
  shape: readonly number[],
): Float32Array {
  const part = parts[nth]!;
  if (!part.isTurned) return values;
  const columns = columnsOf(parts, nth);
  const [, inputs = 0] = part.shape;
  const turned = new Float32Array(columns.length * inputs);
  for (const [row, column] of tiles(columns.length, inputs)) {
    const [lastRow, lastColumn] = [Math.min(columns.length, row + tile), Math.min(inputs, column + tile)];
    for (let output = row; output < lastRow; output++)
      for (let input = column; input < lastColumn; input++)
        turned[output * inputs + input] = values[input * shape[1]! + columns[output]!]!;
  }
  return turned;
}

/** Our column for each row of a turned part. */
export function columnsOf(parts: readonly StoredPart[], nth: number): Int32Array {
  const { shape, pairedHeads } = parts[nth]!;
  const first = parts.slice(0, nth).reduce((sum, { shape }) => sum + shape[0]!, 0);
  const depth = pairedHeads === undefined ? 0 : shape[0]! / pairedHeads;
  return Int32Array.from({ length: shape[0]! }, (_, row) => {
    if (depth === 0) return first + row;
    const within = row % depth;
    return first + row - within + (within >> 1) + (within & 1) * (depth / 2);
  });
}

const tile = 32; // rows and columns whose numbers lie in the processor's first cache

/** The corners of squares that cover a matrix: of the two sides of a copy, one is walked down its columns. */
function* tiles(rows: number, columns: number): Generator<[row: number, column: number]> {
  for (let row = 0; row < rows; row += tile)
    for (let column = 0; column < columns; column += tile) yield [row, column];
}
