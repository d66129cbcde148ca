import { Error, String } from './globals.js';

/** The sentence inside whatever was thrown: an `Error`'s message, or the value as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Tells a system error by its code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What the stub of an unsolved exercise throws. */
export const notImplemented = 'not implemented';
