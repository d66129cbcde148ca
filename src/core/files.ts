/** Files that are never seen half-written, and one sentence for what is wrong with them. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file under a temporary name and renames it, so that a reader, or a run that is killed here, finds
 * the old file or the new one and never a part. Folders on the way are made.
 *
 * @example
 * writeFileAtomic('out/report.json', JSON.stringify({ loss: 2.5 }));
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
