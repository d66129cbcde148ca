/**
 * What one chapter leaves and another needs: made when it is first asked for, kept under a key of all that decides it,
 * found again afterwards. It is made in a folder with a temporary name, so a run that is killed leaves no half
 * artefact, and the next one goes on in that folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { hasCode, messageOf } from '../core/errors.js';
import { progressBar } from '../plot/progressBar.js';
import { workbookHome } from './home.js';

/** How an artefact is made and read. */
export interface ArtifactRecipe<T> {
  /** What it is, in letters, digits and dashes: `base-model`. */
  readonly name: string;
  /** All that decides what comes out, as JSON: corpora, sizes, steps, seed. Changed, it is another artefact. */
  readonly parameters: { readonly [name: string]: unknown };
  /** Writes files into `folder`, where what an interrupted attempt left may lie. */
  readonly make: (folder: string, progress: ArtifactProgress) => void | Promise<void>;
  /** Reads what `make` wrote. */
  readonly read: (folder: string) => T | Promise<T>;
}

/** Says how far the making is, for the bar in the notebook. */
export type ArtifactProgress = (done: number, total: number, unit: string) => void;

/** Where artefacts are kept. */
export interface ArtifactOptions {
  /** Default `workbookHome()`. */
  readonly home?: string;
}

/** What is being made in this process: a second call waits for the first. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Reads an artefact; makes it first where it is not there, with a bar in the notebook.
 *
 * The key is made of the name, the parameters and the version of this package.
 *
 * @throws {Error} If it cannot be made, or read, or its folder cannot be written; the message names the folder.
 *
 * @example
 * const trained = await artifact({
 *   name: 'whales',
 *   parameters: { text: 'the whale', vocabSize: 258 },
 *   make: (folder) => saveTokenizer(`${folder}/bpe.json`, trainBpe(['the whale and the sea'], { vocabSize: 258 })),
 *   read: (folder) => loadTokenizer(`${folder}/bpe.json`),
 * });
 * trained.vocabSize // 258
 */
export async function artifact<T>(recipe: ArtifactRecipe<T>, options: ArtifactOptions = {}): Promise<T> {
  const folder = artifactFolder(recipe, options);
  if (!existsSync(folder)) {
    const making = underWay.get(folder) ?? make(recipe, folder).finally(() => underWay.delete(folder));
    underWay.set(folder, making);
    await making;
  }
  try {
    return await recipe.read(folder);
  } catch (error) {
    throw new Error(`Cannot read ${recipe.name} (delete ${folder} to make it anew): ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Keeps as an artefact what the caller has made by other means, a chapter that trains the model before the reader's
 * eyes for one, unless it is there.
 *
 * @param write Writes the files that the recipe's `make` would have written.
 *
 * @example
 * const recipe = {
 *   name: 'bytes',
 *   parameters: {},
 *   make: (folder: string) => saveTokenizer(`${folder}/bpe.json`, byteTokenizer()),
 *   read: (folder: string) => loadTokenizer(`${folder}/bpe.json`),
 * };
 * await keepArtifact(recipe, (folder) => saveTokenizer(`${folder}/bpe.json`, tokenizer));
 */
export async function keepArtifact<T>(
  recipe: ArtifactRecipe<T>,
  write: (folder: string) => void | Promise<void>,
  options: ArtifactOptions = {},
): Promise<void> {
  const folder = artifactFolder(recipe, options);
  if (!existsSync(folder)) await make({ ...recipe, make: write }, folder);
}

/**
 * The folder in which an artefact lies, or will lie.
 *
 * @example
 * const folder = artifactFolder({ name: 'base-model', parameters: { steps: 3000 } }, { home: '/w' });
 * folder.replace(/-[0-9a-f]{12}$/, '-…') // '/w/artifacts/base-model-…'
 */
export function artifactFolder(
  { name, parameters }: Pick<ArtifactRecipe<unknown>, 'name' | 'parameters'>,
  { home = workbookHome() }: ArtifactOptions = {},
): string {
  const key = createHash('sha256').update(JSON.stringify([name, sorted(parameters), version]));
  return join(home, 'artifacts', `${name}-${key.digest('hex').slice(0, 12)}`);
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** The order in which parameters are written does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, inner]) => [name, sorted(inner)]);
}

async function make<T>({ name, make }: ArtifactRecipe<T>, folder: string): Promise<void> {
  const part = claimed(folder);
  let bar: ReturnType<typeof progressBar> | undefined;
  await make(part, (done, total, unit) => {
    bar ??= progressBar({ total, unit, title: `making ${name}` });
    bar.update(done);
  });
  bar?.finish();
  try {
    renameSync(part, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(part, { recursive: true, force: true }); // another process was faster
  }
}

const host = hostname().replace(/[^\w-]/g, '');

/** A folder that is this process's alone; one that a dead process left is taken over by renaming it. */
function claimed(folder: string): string {
  const own = `${folder}.${host}-${process.pid}.part`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    for (const left of leftOver(folder)) {
      if (existsSync(own)) break;
      try {
        renameSync(left, own);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error; // else another process was faster
      }
    }
    mkdirSync(own, { recursive: true });
  } catch (error) {
    const where = `Cannot keep artefacts in ${dirname(folder)}: ${messageOf(error)}`;
    throw new Error(`${where}; name a folder that can be written in WORKBOOK_HOME`, { cause: error });
  }
  return own;
}

function leftOver(folder: string): string[] {
  const start = `${folder}.${host}-`;
  return readdirSync(dirname(folder))
    .map((file) => join(dirname(folder), file))
    .filter((path) => path.startsWith(start) && path.endsWith('.part'))
    .filter((path) => !isAlive(Number(path.slice(start.length, -'.part'.length))));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
