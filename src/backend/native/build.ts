/**
 * Compiles the addon with the C++ compiler that is there, for the processor that is there. The result is kept under a
 * name made of everything that it depends on, so that it is built once, and again when its sources change. No file is
 * handed out before it has run, and computed the right thing, in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildFolders, packageFolder, writableFolder } from './folders.js';
import { complaintHere, keepFile, keptFiles, markUsed, writeStamp } from './kept.js';
import { instructionSets, machineKey } from './processor.js';
import { complaintAbout } from './trial.js';

const require = createRequire(import.meta.url);
const sources = join(packageFolder, 'src', 'backend', 'native', 'addon');

/** What the compiler is told. No flag changes what NaN and infinity do. */
const flagsFor = (processor: string): string[] => [
  '-std=c++17',
  '-O3',
  `${process.arch === 'x64' ? '-march' : '-mcpu'}=${processor}`,
  '-fopenmp-simd',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fPIC',
  '-pthread',
  '-shared',
  ...(process.platform === 'darwin'
    ? [
        '-undefined',
        'dynamic_lookup',
        '-DWORKBOOK_CBLAS',
        '-DACCELERATE_NEW_LAPACK',
        '-framework',
        'Accelerate',
      ]
    : []),
];

/** How the addon is compiled, and where it is kept. */
export interface BuildOptions {
  /** A command, with arguments after it; default the environment variable `CXX`, else `c++`, `g++` or `clang++`. */
  readonly compiler?: string | undefined;
  /** The processor to compile for, by the compiler's name; default `WORKBOOK_MARCH`, else the one that is there. */
  readonly march?: string;
  /** Where the result is kept, best first; default the package's folder, then the user's. */
  readonly folders?: readonly string[];
  /** What the processor is able to do; default what it says. */
  readonly processor?: string;
  /** Called before a compilation, which takes some seconds. */
  readonly onBuild?: () => void;
}

/**
 * The addon's file, which is known to run here; compiles it if this machine has not done so.
 *
 * @throws {Error} If there is no compiler, it fails, or what it made does not run; the message is one line.
 */
export function builtAddon({
  compiler = process.env.CXX || undefined,
  march = process.env.WORKBOOK_MARCH || 'native',
  folders = buildFolders(),
  processor = instructionSets(),
  onBuild = () => {},
}: BuildOptions = {}): string {
  const flags = flagsFor(march);
  const [key, machine] = [keyOf([...flags, compiler ?? '', processor]), machineKey(processor)];
  for (const file of folders.flatMap((folder) => keptFiles(folder, key, machine))) {
    if (complaintHere(file, machine) !== undefined) continue; // made under another system, perhaps: made anew
    markUsed(file, machine);
    return file;
  }
  const command = commandFor(compiler);
  const folder = writableFolder(folders);
  onBuild();
  const part = join(folder, `${key}.${process.pid}.${randomBytes(4).toString('hex')}.part`);
  try {
    compile(command, flags, part);
    const complaint = complaintAbout(part);
    if (complaint !== undefined)
      throw new Error(
        `what ${command.join(' ')} made does not run: ${complaint.replaceAll(`${part}: `, '')}`,
      );
    const file = keepFile(part, key);
    writeStamp(file, machine);
    return file;
  } finally {
    rmSync(part, { force: true });
  }
}

/** Whatever compiler there is: a file, or words with a command in front, such as `ccache g++`. */
function commandFor(compiler: string | undefined): string[] {
  const wanted = compiler === undefined ? ['c++', 'g++', 'clang++'] : [compiler];
  const commands = wanted.map((text) => (existsSync(text) ? [text] : text.trim().split(/\s+/)));
  const found = commands.find(runs);
  if (found === undefined)
    throw new Error(`no C++ compiler was found${compiler ? ` (CXX is ${compiler})` : ''}`);
  return found;
}

const runs = ([command, ...args]: readonly string[]): boolean =>
  spawnSync(command!, [...args, '--version'], { stdio: 'ignore' }).status === 0;

function compile([command, ...first]: readonly string[], flags: readonly string[], output: string): void {
  const files = sourceFiles().filter((name) => name.endsWith('.cc'));
  const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const args = [
    ...first,
    `-I${headers}`,
    ...files.map((name) => join(sources, name)),
    '-o',
    output,
    ...flags,
  ];
  const { status, stderr, error } = spawnSync(command!, args, { encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return;
  const complaint = stderr?.split('\n').find((line) => line.includes('error')) ?? error?.message;
  throw new Error(`${command} could not compile the addon: ${complaint ?? `exit status ${status}`}`);
}

const sourceFiles = (): string[] => readdirSync(sources).sort();

/** What the file depends on: sources, flags, compiler's name, processor. */
function keyOf(parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([...parts, process.platform, process.arch]));
  for (const name of sourceFiles()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}
