/** Which files of tokens a path stands for. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannotRead } from '../../core/files.js';

/** Files of tokens, and the tokenizer beside them, if there is one. */
export interface TokenFiles {
  readonly training: readonly string[];
  readonly validation: readonly string[];
  readonly tokenizer: string | undefined;
}

/** What stands in the names of files on either side, as `data tokenize`, llm.c and nanoGPT call them. */
const sides = { training: /(^|_)train([_.]|$)/, validation: /(^|_)val([_.]|$)/ };

/**
 * The files that paths name: a file is itself, and of a folder its `train` files are for training, its `val` files for
 * validation.
 *
 * @throws {Error} If a path is not there, or a folder has no file for training.
 */
export function tokenFiles(data: readonly string[], validation: readonly string[]): TokenFiles {
  const [first] = data;
  if (first === undefined)
    throw new Error('Cannot train: name files of tokens, or their folder, with --data');
  const training = data.flatMap((path) => filesOf(path, 'training'));
  const held =
    validation.length > 0
      ? validation.flatMap((path) => filesOf(path, 'validation'))
      : data.filter(isFolder).flatMap((path) => binaries(path, 'validation'));
  const beside = join(isFolder(first) ? first : dirname(first), 'tokenizer.json');
  return { training, validation: held, tokenizer: existsSync(beside) ? beside : undefined };
}

function filesOf(path: string, side: keyof typeof sides): string[] {
  if (!isFolder(path)) return [path];
  const found = binaries(path, side);
  if (found.length > 0) return found;
  const name = side === 'training' ? 'train' : 'val';
  throw new Error(`Cannot train: ${path} has no ${name} files (${name}_000000.bin, ${name}.bin)`);
}

function binaries(folder: string, side: keyof typeof sides): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.bin') && sides[side].test(name));
  return names.sort().map((name) => join(folder, name));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}
