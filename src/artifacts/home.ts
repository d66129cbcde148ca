/** Where artefacts are kept: in the project of whoever runs the notebook, never inside an installed package. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/**
 * The folder of everything that is made on demand and may be deleted: the environment variable `WORKBOOK_HOME`, or else
 * `.workbook/` in the project, which is the nearest folder upwards with a `package.json`, or the folder itself.
 *
 * @param folder Where to look from; default the working directory.
 *
 * @example
 * workbookHome('/', { WORKBOOK_HOME: '/tmp/models' }) // '/tmp/models'
 */
export function workbookHome(
  folder: string = process.cwd(),
  { WORKBOOK_HOME: home }: { readonly WORKBOOK_HOME?: string | undefined } = process.env,
): string {
  return home ? resolve(folder, home) : join(projectOf(resolve(folder)), '.workbook');
}

function projectOf(folder: string): string {
  const parts = folder.split(sep);
  const installed = parts.indexOf('node_modules');
  const start = installed > 0 ? parts.slice(0, installed).join(sep) || sep : folder;
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (at === dirname(at)) return start;
  }
}
