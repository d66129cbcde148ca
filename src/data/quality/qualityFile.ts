/** Quality classifiers as files: JSON, with the weights as base64 of 32-bit floats, low byte first. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import { writeFileAtomic } from '../../core/files.js';
import type { QualityModel } from './qualityClassifier.js';

const format = 'llm-workbook quality classifier 1';

/**
 * Writes a model to a file.
 *
 * @example
 * const model = trainQuality([{ text: 'one', score: 5 }, { text: 'two', score: 0 }], { bits: 10 });
 * saveQuality('quality.json', model);
 * qualityScore(loadQuality('quality.json'), 'one') === qualityScore(model, 'one') // true
 */
export function saveQuality(path: string, { weights, bias, bits, characters }: QualityModel): void {
  const bytes = Buffer.alloc(4 * weights.length);
  for (const [nth, weight] of weights.entries()) bytes.writeFloatLE(weight, 4 * nth);
  const checksum = sha256(bytes);
  const file = { format, bits, characters, bias, checksum, weights: bytes.toString('base64') };
  writeFileAtomic(path, `${JSON.stringify(file)}\n`);
}

/**
 * Reads a model that `saveQuality` wrote.
 *
 * @throws {SyntaxError} If the file is not such a model, or not complete; the message says what is wrong.
 *
 * @example
 * saveQuality('quality.json', trainQuality([{ text: 'one', score: 5 }], { bits: 10 }));
 * loadQuality('quality.json').bits // 10
 */
export function loadQuality(path: string): QualityModel {
  const refuse = (why: string) => new SyntaxError(`Cannot read quality classifier ${path}: ${why}`);
  const file = parsed(readFileSync(path, 'utf8'), refuse);
  if (file.format !== format) throw refuse(`expected format "${format}", got ${JSON.stringify(file.format)}`);
  const { bits, characters, bias, checksum, weights: text } = file;
  if (!isWhole(bits, 1, 26)) throw refuse(`expected bits from 1 to 26, got ${JSON.stringify(bits)}`);
  if (!isWhole(characters, 0, Number.MAX_SAFE_INTEGER))
    throw refuse(`expected a number of characters, got ${JSON.stringify(characters)}`);
  if (!Number.isFinite(bias)) throw refuse(`expected a number as bias, got ${JSON.stringify(bias)}`);
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  const count = 2 ** bits;
  if (bytes.length !== 4 * count) throw refuse(`expected ${count} weights, got ${bytes.length / 4}`);
  if (sha256(bytes) !== checksum) throw refuse('the weights do not have the checksum that the file says');
  const weights = Float32Array.from({ length: count }, (_, nth) => bytes.readFloatLE(4 * nth));
  return { weights, bias: bias as number, bits, characters };
}

function parsed(text: string, refuse: (why: string) => Error): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as { readonly [key: string]: unknown };
  } catch (error) {
    throw refuse(`not JSON (${messageOf(error)})`);
  }
  throw refuse('expected a JSON object');
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
