/** A Hugging Face folder's weights as one file, in however many they lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cut, shown } from '../fields.js';
import { readJsonFile } from '../jsonFile.js';
import { openSafetensors } from '../safetensors.js';
import type { TensorFile, TensorInfo } from '../tensorFile.js';

/** The file of a model that is not in parts. */
export const wholeFile = 'model.safetensors';

/** The list of parts. */
export const indexFile = 'model.safetensors.index.json';

/**
 * Opens the weights of a folder.
 *
 * @throws {SyntaxError} If a part is damaged, or is not what the index says; the message names file and tensor.
 */
export function openWeights(folder: string): TensorFile {
  const whole = join(folder, wholeFile);
  return existsSync(whole) || !existsSync(join(folder, indexFile))
    ? openSafetensors(whole)
    : openShards(folder);
}

function openShards(folder: string): TensorFile {
  const path = join(folder, indexFile);
  const fileOf = weightMap(path);
  const files = new Map<string, TensorFile>();
  const close = () => {
    for (const file of files.values()) file.close();
  };
  try {
    for (const name of new Set(fileOf.values())) {
      const part = join(folder, name);
      if (!existsSync(part)) throw new SyntaxError(`Cannot read ${path}: there is no file ${name} beside it`);
      files.set(name, openSafetensors(part));
    }
    const tensors = new Map<string, TensorInfo>();
    for (const [name, file] of fileOf) {
      const info = files.get(file)!.tensors.get(name);
      if (!info)
        throw new SyntaxError(`Cannot read ${path}: expected tensor ${cut(name)} in ${file}, got none`);
      tensors.set(name, info);
    }
    for (const [file, { tensors: inFile }] of files)
      for (const name of inFile.keys())
        if (fileOf.get(name) !== file)
          throw new SyntaxError(
            `Cannot read ${path}: ${file} has a tensor ${cut(name)} that it does not list there`,
          );
    const read: TensorFile['read'] = (name) => {
      const file = files.get(fileOf.get(name) ?? '');
      if (!file) throw new RangeError(`Cannot read tensor ${cut(name)} of ${path}: there is none`);
      return file.read(name);
    };
    return { path, metadata: new Map(), tensors, read, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The file of each tensor; it has to lie in the same folder. */
function weightMap(path: string): ReadonlyMap<string, string> {
  const { weight_map: map } = readJsonFile(path);
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new SyntaxError(`Cannot read ${path}: expected weight_map to have a file for each tensor`);
  const entries = Object.entries(map as { readonly [name: string]: unknown });
  for (const [name, file] of entries)
    if (typeof file !== 'string' || !/^[\w-][\w.-]{0,200}\.safetensors$/.test(file))
      throw new SyntaxError(
        `Cannot read ${path}: expected a file of its folder for tensor ${cut(name)}, got ${shown(file)}`,
      );
  return new Map(entries as [string, string][]);
}
