/** The text of a tokenizer's file, or one sentence why not. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import { fileProblem } from '../../core/files.js';

/** Reads a file as UTF-8, without the mark that some editors put in front of it. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Error(`Cannot read tokenizer ${path}: ${fileProblem(error)}`);
  }
}

/**
 * Reads a file as JSON.
 *
 * @throws {SyntaxError} If it is none; the message names the file.
 */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer ${path}: it is not JSON (${messageOf(error)})`);
  }
}

/** Whether a value from JSON has keys. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value from a file as a message shows it: as JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
