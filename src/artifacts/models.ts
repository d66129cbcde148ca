/** Other people's models, fetched from Hugging Face's hub into the workbook's own folder and found there again. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Progress, progressOf } from '../core/progress.js';
import { type DownloadOptions, download } from '../data/bytes/download.js';
import { type HubFile, hubFiles } from '../data/bytes/hubFiles.js';
import { workbookHome } from './home.js';

/** Where it goes, and how it is asked for. */
export interface DownloadModelOptions extends Omit<DownloadOptions, 'sha256' | 'bytes'> {
  /** Default that of `workbookHome`. */
  readonly home?: string;
}

/** A model on the disk. */
export interface DownloadedModel {
  /** As `loadModel` takes it: a GGUF file or a folder. */
  readonly path: string;
  readonly bytes: number;
}

const pattern = /^hf:\/\/([\w.-]+)\/([\w.-]+?)(?:@([\w.-]+))?(?:\/(.+))?$/;

/**
 * Downloads a model from the hub, each file checked by the checksum that the hub has of it. What is there is kept, and
 * what was interrupted goes on where it was.
 *
 * @param source `hf://OWNER/NAME`, with `@REVISION` behind if need be: a folder of safetensors, or the repository's only
 *   GGUF file; or `hf://OWNER/NAME/FILE.gguf`.
 * @throws {RangeError} If the source has another form, or does not say which of several files.
 * @throws {Error} If a file cannot be had, or is not what the hub says.
 *
 * @example
 * let problem = '';
 * await downloadModel('hf://only-an-owner').catch((error: Error) => {
 *   problem = error.message;
 * });
 * problem // 'Cannot download hf://only-an-owner: expected hf://OWNER/NAME or hf://OWNER/NAME/FILE.gguf'
 */
export async function downloadModel(
  source: string,
  { home = workbookHome(), onProgress, ...options }: DownloadModelOptions = {},
): Promise<DownloadedModel> {
  const [, owner, name, revision = 'main', file] = pattern.exec(source) ?? [];
  if (
    !owner ||
    !name ||
    [owner, name, revision, ...(file ?? '').split('/')].some((part) => /^\.+$/.test(part))
  )
    throw new RangeError(`Cannot download ${source}: expected hf://OWNER/NAME or hf://OWNER/NAME/FILE.gguf`);
  const repository = `${owner}/${name}`;
  const wanted = chosen(source, await hubFiles(repository, revision, options), file);
  const folder = join(home, 'models', owner, revision === 'main' ? name : `${name}@${revision}`);
  const report = wholeProgress(wanted, onProgress);
  for (const { path, bytes, sha256 } of wanted) {
    await download(`hf://${repository}@${revision}/${path}`, join(folder, path), {
      ...options,
      bytes,
      ...(sha256 !== undefined && { sha256 }),
      onProgress: ({ done }) => report(path, done),
    });
    report(path, bytes);
  }
  const gguf = wanted.find(({ path }) => path.endsWith('.gguf'));
  return { path: gguf ? join(folder, gguf.path) : folder, bytes: sum(wanted) };
}

const sum = (files: readonly { readonly bytes: number }[]): number =>
  files.reduce((total, { bytes }) => total + bytes, 0);

const isPartOfFolder = (path: string): boolean =>
  /^(model(-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json)$/.test(path) ||
  [
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'chat_template.jinja',
  ].includes(path);

const last = 'config.json'; // so that a folder that has it is complete

/** The files to fetch: the one that is named, or a whole folder. */
function chosen(source: string, files: readonly HubFile[], name: string | undefined): readonly HubFile[] {
  const ggufs = files.filter(({ path }) => path.endsWith('.gguf'));
  const there = ggufs.length > 0 ? `, and there is ${ggufs.map(({ path }) => path).join(', ')}` : '';
  if (name !== undefined) {
    const found = ggufs.filter(({ path }) => path === name);
    if (found.length === 1) return found;
    throw new RangeError(`Cannot download ${source}: expected the name of a .gguf file${there}`);
  }
  const parts = files.filter(({ path }) => isPartOfFolder(path));
  const has = (path: string) => parts.some((part) => part.path === path);
  const hasWeights = has('model.safetensors') || has('model.safetensors.index.json');
  if (has('config.json') && has('tokenizer.json') && hasWeights)
    return [...parts.filter(({ path }) => path !== last), ...parts.filter(({ path }) => path === last)];
  if (ggufs.length === 1) return ggufs;
  throw new RangeError(
    `Cannot download ${source}: expected config.json, tokenizer.json and model.safetensors, or the name of a .gguf file${there}`,
  );
}

/** Progress over all files, from that of each. */
function wholeProgress(files: readonly HubFile[], onProgress: ((progress: Progress) => void) | undefined) {
  const start = performance.now();
  const [total, done] = [sum(files), new Map<string, number>()];
  let before: number | undefined; // what was there already
  return (path: string, bytes: number): void => {
    done.set(path, bytes);
    const all = [...done.values()].reduce((sum, one) => sum + one, 0);
    before ??= all;
    const own = progressOf(all - before, total - before, (performance.now() - start) / 1000);
    onProgress?.({ ...own, done: all, total });
  };
}

/** A model that was downloaded, by its name on the hub. */
export interface ListedModel extends DownloadedModel {
  readonly name: string;
}

/**
 * The models that `downloadModel` has put on the disk, complete ones only, by name.
 *
 * @param home Default that of `workbookHome`.
 *
 * @example
 * downloadedModels('/nowhere') // []
 */
export function downloadedModels(home: string = workbookHome()): ListedModel[] {
  const top = join(home, 'models');
  return foldersIn(top).flatMap((owner) =>
    foldersIn(join(top, owner)).flatMap((name) => {
      const folder = join(top, owner, name);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
      const bytesOf = (file: string) => statSync(join(folder, file)).size;
      const ggufs = files
        .filter((file) => file.endsWith('.gguf'))
        .map((file) => ({
          name: `${owner}/${name}/${file}`,
          path: join(folder, file),
          bytes: bytesOf(file),
        }));
      const bytes = files.filter(isPartOfFolder).reduce((total, file) => total + bytesOf(file), 0);
      return files.includes(last) ? [{ name: `${owner}/${name}`, path: folder, bytes }, ...ggufs] : ggufs;
    }),
  );
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];
