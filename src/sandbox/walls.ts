/**
 * Starts a process for code that nobody trusts, behind three walls: Node's permission model, a lock-down in the process
 * itself (`lockDown.ts`), and, where Linux lets us, namespaces without a network and without other processes.
 */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clockFactor, type Walls } from './limits.js';
import { holdsMore, watchUsage } from './usage.js';

/** How to start a process. */
export interface WalledOptions {
  /** Its working folder, the only place where it may write; empty. */
  readonly folder: string;
  readonly limits: Walls;
  /** Seconds that it may compute in all: the system ends it then, even if this process is gone. */
  readonly seconds: number;
  /** Its descriptors from 3 on. */
  readonly ends: readonly (number | 'pipe')[];
  /** Receives what it prints. */
  readonly print: (text: string) => void;
}

/** A process behind walls. */
export interface Walled {
  readonly child: ChildProcess;
  /** Why it ended, once it has. */
  readonly ended: Promise<string>;
  /** Ends it; the first reason is the one that `ended` gives. */
  readonly kill: (reason: string) => void;
  /** Seconds that it has computed, as last seen. */
  readonly computed: () => number;
  /**
   * Ends it when it has computed for so many seconds from now, or `clockFactor` times as long has passed.
   *
   * @returns What takes the limit away.
   */
  readonly allow: (seconds: number, why?: string) => () => void;
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
 * Starts a script of this room. It is the compiled one even where this file runs from its source: what compiles on the
 * fly needs more than the walls let through.
 *
 * @param script Its name without an ending.
 */
export function startWalled(script: string, options: WalledOptions): Walled {
  const { folder, limits, ends, print } = options;
  const [command = '', ...args] = commandLine(script, options);
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...ends];
  const child = spawn(command, args, { cwd: folder, env: environment(folder), stdio });
  let why: string | undefined;
  const kill = (reason: string) => {
    why ??= reason;
    child.kill('SIGKILL');
  };
  let seconds = 0;
  let check: () => void = () => {};
  let looks = 0;
  const stopWatch = watchUsage(child.pid ?? 0, ({ bytes, cpuSeconds }) => {
    if (bytes > limits.memory * 2 ** 20) kill(`memory limit of ${limits.memory} MB`);
    if (looks++ % 10 === 0 && holdsMore(folder, limits.disk * 2 ** 20))
      kill(`limit of ${limits.disk} MB for files`);
    seconds = Math.max(seconds, cpuSeconds);
    check();
  });
  const allow = (most: number, limit = `${most} s`) => {
    let start: number | undefined;
    check = () => {
      start ??= seconds;
      if (seconds - start > most) kill(`time limit of ${limit}`);
    };
    const late = () => kill(`time limit of ${limit}, ${clockFactor} times over by the clock`);
    const timer = setTimeout(late, most * clockFactor * 1000);
    return () => {
      check = () => {};
      clearTimeout(timer);
    };
  };
  const ended = howItEnded(child).then((how) => {
    stopWatch();
    return why ?? how;
  });
  readOutput(child, limits.output, print);
  return { child, ended, kill, computed: () => seconds, allow };
}

function commandLine(script: string, { folder, limits, seconds }: WalledOptions): string[] {
  const { memory, openFiles, disk } = limits;
  const node = [
    process.execPath,
    permissionFlag(),
    ...readable().map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-read=${folder}/*`,
    `--allow-fs-write=${folder}/*`,
    `--max-old-space-size=${Math.ceil(memory * 0.75)}`,
    '--no-warnings',
    join(packageFolder, 'dist', 'sandbox', `${script}.js`),
  ];
  if (process.platform === 'win32') return node;
  const fileBlocks = disk * 2048; // of 512 bytes: the size of one file at most
  const ulimits = `ulimit -n ${openFiles}; ulimit -f ${fileBlocks}; ulimit -c 0; ulimit -t ${2 * Math.ceil(seconds)}`;
  return ['/bin/sh', '-c', `${ulimits}; exec "$0" "$@"`, ...namespaces(), ...node];
}

function permissionFlag(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const stable = major >= 24 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  return stable ? '--permission' : '--experimental-permission';
}

/** Rooms of this package that nobody behind the walls needs; the first holds the answers to its exercises. */
const closedRooms = ['exercises', 'workbook', 'cli'];

/** This package's code and what it depends on: never its notebooks and exercises, which hold the solutions. */
function readable(): string[] {
  const inside = (folder: string) => readdirSync(folder).map((name) => join(folder, name));
  const dist = join(packageFolder, 'dist');
  const rooms = inside(dist).filter((path) => !closedRooms.includes(basename(path)));
  const own = ['node_modules', 'package.json', 'datasets'].map((name) => join(packageFolder, name));
  const parent = dirname(packageFolder);
  const siblings = basename(parent) === 'node_modules' ? inside(parent) : [];
  return [...rooms, ...own, ...siblings.filter((path) => path !== packageFolder.replace(/\/$/, ''))]
    .filter((path) => existsSync(path))
    .map((path) => (/\.(json|js)$/.test(path) ? path : `${path}/*`));
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
