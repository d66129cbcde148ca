/**
 * Starts the process that runs a submission, behind three walls: Node's permission model, a lock-down in the process
 * itself, and, where Linux lets us, namespaces without a network and without other processes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Limits } from './limits.js';
import { watchMemory } from './memory.js';
import type { Pipes } from './tester.js';

/** A running submission. */
export interface StudentHost {
  /** For the tests' process. */
  readonly pipes: Pipes;
  /** To be called when the tests' process has opened the pipes. */
  readonly connected: () => void;
  /** Why it ended, once it has. */
  readonly ended: Promise<string>;
  /** Ends it; the first reason is the one that `ended` gives. */
  readonly kill: (reason: string) => void;
}

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The words before the command that give a process namespaces of its own; none where that does not work. */
export function namespaces(): readonly string[] {
  probed ??=
    [['--user', '--map-root-user'], []]
      .map((as) => ['unshare', ...as, '--net', '--pid', '--fork', '--kill-child'])
      .find(
        ([command = '', ...args]) => spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0,
      ) ?? [];
  return probed;
}
let probed: readonly string[] | undefined;

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
  const [command = '', ...args] = commandLine(folder, limits);
  const child = spawn(command, args, {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe', ...ends],
  });
  for (const fd of ends) closeSync(fd);
  let why: string | undefined;
  const kill = (reason: string) => {
    why ??= reason;
    child.kill('SIGKILL');
  };
  const stopWatch = watchMemory(child.pid ?? 0, limits.memory, () =>
    kill(`memory limit of ${limits.memory} MB`),
  );
  const connected = () => {
    for (const fd of keepers.splice(0)) closeSync(fd);
  };
  const ended = howItEnded(child).then((how) => {
    stopWatch();
    connected();
    return why ?? how;
  });
  readOutput(child, limits.output, print);
  return { pipes, connected, ended, kill };
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

function commandLine(folder: string, { memory, openFiles, totalSeconds }: Limits): string[] {
  const script = fileURLToPath(new URL('./studentProcess.js', import.meta.url));
  const node = [
    process.execPath,
    permissionFlag(),
    ...[...readable(), folder].map((path) => `--allow-fs-read=${path}${path.endsWith('.json') ? '' : '/*'}`),
    `--allow-fs-write=${folder}/*`,
    `--max-old-space-size=${Math.ceil(memory * 0.75)}`,
    '--no-warnings',
    script,
  ];
  if (process.platform === 'win32') return node;
  const fileBlocks = 200_000; // of 512 bytes: the size of one file at most
  const limits = `ulimit -n ${openFiles}; ulimit -f ${fileBlocks}; ulimit -c 0; ulimit -t ${Math.ceil(totalSeconds) * 4}`;
  return ['/bin/sh', '-c', `${limits}; exec "$0" "$@"`, ...namespaces(), ...node];
}

function permissionFlag(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const stable = major >= 24 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  return stable ? '--permission' : '--experimental-permission';
}

/** This package's code and what it depends on: never its notebooks, which hold the solutions. */
function readable(): string[] {
  const own = ['dist', 'node_modules', 'package.json', 'datasets'].map((name) => join(packageFolder, name));
  const parent = dirname(packageFolder);
  const installed = basename(parent) === 'node_modules';
  const siblings = installed ? readdirSync(parent).map((name) => join(parent, name)) : [];
  return [...own, ...siblings.filter((path) => path !== packageFolder.replace(/\/$/, ''))].filter((path) =>
    existsSync(path),
  );
}

function environment(folder: string): NodeJS.ProcessEnv {
  const backend = process.env.WORKBOOK_BACKEND;
  return {
    HOME: folder,
    TMPDIR: folder,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    WORKBOOK_BACKEND: backend === 'cpu' ? 'cpu' : 'wasm',
  };
}

function howItEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      // V8 ends a process whose heap is full; as the first process of a namespace it does so by a fault.
      const full =
        ['SIGABRT', 'SIGTRAP', 'SIGSEGV', 'SIGILL'].includes(signal ?? '') ||
        [132, 133, 134, 139].includes(code ?? 0);
      resolve(full ? 'out of memory, or a crash' : signal ? `ended by ${signal}` : `exit status ${code}`);
    });
  });
}

/** Reads all, so that nobody waits, and keeps what is allowed. */
function readOutput(child: ChildProcess, limit: number, print: (text: string) => void): void {
  let left = limit;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (left <= 0) return;
      print(text.slice(0, left));
      left -= text.length;
      if (left <= 0) print('\n(output cut)\n');
    });
  }
}
