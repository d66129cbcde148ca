/**
 * Compiles the addon with the C++ compiler that is there, for the processor that is there. The result is kept under a
 * name made of everything that it depends on, so that it is built once, and again when its sources change.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../..', import.meta.url)); // of the package, from src/ and from dist/
const sources = join(root, 'src', 'backend', 'native', 'addon');

/** What the compiler is told. No flag changes what NaN and infinity do. */
const flags = [
  '-std=c++17',
  '-O3',
  ...(process.arch === 'x64' ? ['-march=native'] : ['-mcpu=native']),
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

/**
 * The addon's file; compiles it if this machine has not done so.
 *
 * @param compiler Default the environment variable `CXX`, else `c++`, `g++` or `clang++`, whichever is there.
 * @param folder Where it is kept.
 * @param onBuild Called before a compilation, which takes some seconds.
 * @throws {Error} If there is no compiler, or it fails; the message is one line.
 */
export function builtAddon({
  compiler = process.env.CXX || undefined,
  folder = join(root, '.native'),
  onBuild = () => {},
}: {
  readonly compiler?: string | undefined;
  readonly folder?: string;
  readonly onBuild?: () => void;
} = {}): string {
  const file = join(folder, `${keyOf(compiler)}.node`);
  if (existsSync(file)) return file;
  const found = (compiler === undefined ? ['c++', 'g++', 'clang++'] : [compiler]).find(runs);
  if (found === undefined)
    throw new Error(`no C++ compiler was found${compiler ? ` (CXX is ${compiler})` : ''}`);
  onBuild();
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    const files = sourceFiles().filter((name) => name.endsWith('.cc'));
    const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
    const args = [`-I${headers}`, ...files.map((name) => join(sources, name)), '-o', part, ...flags];
    const { status, stderr, error } = spawnSync(found, args, { encoding: 'utf8', timeout: 300_000 });
    if (status !== 0) {
      const complaint = stderr?.split('\n').find((line) => line.includes('error')) ?? error?.message;
      throw new Error(`${found} could not compile the addon: ${complaint ?? `exit status ${status}`}`);
    }
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.node') && join(folder, name) !== file) rmSync(join(folder, name), { force: true });
  }
  return file;
}

const sourceFiles = (): string[] => readdirSync(sources).sort();

const runs = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Sources, flags, processor and compiler's name: what the file depends on. */
function keyOf(compiler: string | undefined): string {
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([flags, compiler ?? '', process.platform, process.arch, cpus()[0]?.model ?? '']),
  );
  for (const name of sourceFiles()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}
