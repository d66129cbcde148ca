/** Files that a command writes: never over the notebook it reads. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Makes sure that a file may be written.
 *
 * @param options.fresh Say why a file that exists is kept, if it is; default: it is written over.
 * @throws {Error} If it is the source, or exists where it must not; the message says what to do.
 */
export function checkTarget(
  target: string,
  source: string,
  { fresh }: { readonly fresh?: string | undefined } = {},
): void {
  if (resolve(target) === resolve(source))
    throw new Error(
      `Cannot write ${target}: it is the notebook to run itself; name another folder with --out`,
    );
  if (fresh !== undefined && existsSync(target))
    throw new Error(`Cannot write ${target}: it exists, and ${fresh}`);
}
