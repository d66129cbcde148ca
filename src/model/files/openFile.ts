/** A large file of which pieces are read, so that it is never in memory whole. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { cannotRead } from '../../core/files.js';

/** A file that is open for reading. */
export interface OpenFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Fills `bytes` with what stands from byte `at` on. */
  readonly fill: (bytes: Uint8Array, at: number) => void;
  /** Does nothing the second time. */
  readonly close: () => void;
}

/**
 * Opens a file.
 *
 * @throws {Error} If it is not there, cannot be read or is no plain file; `fill` if it is shorter by now, or closed.
 */
export function openFile(path: string): OpenFile {
  const { handle, size } = opened(path);
  let isOpen = true;
  return {
    path,
    size,
    fill: (bytes, at) => {
      if (!isOpen) throw new Error(`Cannot read ${path}: it was closed`);
      for (let done = 0; done < bytes.length; ) {
        const length = Math.min(bytes.length - done, 2 ** 30); // Node reads less than 2 GiB at once
        const read = readSync(handle, bytes, done, length, at + done);
        if (read === 0) throw new SyntaxError(`Cannot read ${path}: it became shorter while it was read`);
        done += read;
      }
    },
    close: () => {
      if (isOpen) closeSync(handle);
      isOpen = false;
    },
  };
}

function opened(path: string): { readonly handle: number; readonly size: number } {
  try {
    const found = statSync(path); // before it is opened: the end of a pipe would be waited for
    if (found.isDirectory()) throw new Error('it is a folder');
    if (!found.isFile()) throw new Error('it is no plain file');
    const handle = openSync(path, 'r');
    return { handle, size: fstatSync(handle).size };
  } catch (error) {
    throw cannotRead(path, error);
  }
}
