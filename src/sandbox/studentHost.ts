/** Starts the process that runs a submission, and the pipes between it and the tests' process; see `walls.ts`. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Limits } from './limits.js';
import type { Pipes } from './tester.js';
import { startWalled, type Walled } from './walls.js';

/** A running submission. */
export interface StudentHost extends Walled {
  /** For the tests' process. */
  readonly pipes: Pipes;
  /** To be called when the tests' process has opened the pipes. */
  readonly connected: () => void;
}

/**
 * Starts a submission's process.
 *
 * @param folder Its working folder, the only place where it may write; empty.
 * @param pipesFolder Where its pipes are made.
 * @param print Receives what it prints.
 * @throws {Error} If the pipes cannot be made.
 */
export function startStudentHost(
  folder: string,
  pipesFolder: string,
  limits: Limits,
  print: (text: string) => void,
): StudentHost {
  const pipes = makePipes(pipesFolder);
  const keepers = Object.values(pipes).map((path) => openSync(path, 'r+')); // so that opening never waits
  const ends = [openSync(pipes.requests, 'r'), openSync(pipes.answers, 'w'), openSync(pipes.callbacks, 'r')];
  const seconds = limits.totalSeconds;
  const { ended, ...walled } = startWalled('studentProcess', { folder, limits, seconds, ends, print });
  for (const fd of ends) closeSync(fd);
  const connected = () => {
    for (const fd of keepers.splice(0)) closeSync(fd);
  };
  return { ...walled, pipes, connected, ended: ended.finally(connected) };
}

function makePipes(folder: string): Pipes {
  const [requests, answers, callbacks] = ['requests', 'answers', 'callbacks'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const { status, error } = spawnSync('mkfifo', ['-m', '600', requests, answers, callbacks], {
    stdio: 'ignore',
  });
  if (status === 0) return { requests, answers, callbacks };
  throw new Error(`Cannot grade here: \`mkfifo\` does not work (${error?.message ?? `exit ${status}`})`);
}
