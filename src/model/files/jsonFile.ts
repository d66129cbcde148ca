/** JSON files that have to be an object. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import { cannotRead } from '../../core/files.js';

/** @throws {Error} If it cannot be read. @throws {SyntaxError} If it is no JSON object; the message names the file. */
export function readJsonFile(path: string): { readonly [key: string]: unknown } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: it is not JSON (${messageOf(error)})`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as { readonly [key: string]: unknown };
  throw new SyntaxError(`Cannot read ${path}: expected a JSON object`);
}
