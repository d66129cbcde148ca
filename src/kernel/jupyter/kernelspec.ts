/** The kernelspec: the file by which Jupyter finds the kernel. It is written here, so no command of Jupyter's is needed. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../core/files.js';

/** Where and under which name the kernel is installed. */
export interface InstallOptions {
  /** Name that notebooks call the kernel by; default `workbook`. */
  readonly name?: string;
  /** An environment's folder, as of Python's `sys.prefix`; default: the user's own data folder. */
  readonly prefix?: string;
  /** The compiled `cli/main.js` that runs the kernel. */
  readonly main: string;
}

/**
 * Writes a kernelspec. It names programs by their whole path, so it works from any folder and whatever PATH is.
 *
 * @returns The file's path.
 * @throws {RangeError} If Jupyter could not use the name.
 *
 * @example
 * installKernel({ main: '/opt/workbook/dist/cli/main.js', prefix: '/opt/jupyter', name: 'tslab' });
 * // '/opt/jupyter/share/jupyter/kernels/tslab/kernel.json'
 */
export function installKernel({ name = 'workbook', prefix, main }: InstallOptions): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name))
    throw new RangeError(
      `Cannot install a kernel as ${JSON.stringify(name)}: expected letters, digits, ".", "_" or "-"`,
    );
  const data = prefix === undefined ? userData(process.env) : join(resolve(prefix), 'share', 'jupyter');
  const path = join(data, 'kernels', name, 'kernel.json');
  writeFileAtomic(path, `${JSON.stringify(kernelspec(main), undefined, 1)}\n`);
  return path;
}

/**
 * How the process runs that speaks the protocol and holds TypeScript: small. Without the second flag V8 optimizes
 * TypeScript's largest functions, which takes 150 MB and makes nothing faster; and glibc keeps what was freed.
 */
const flags = ['--optimize-for-size', '--max-optimized-bytecode-size=5000'];
const frugal = { MALLOC_TRIM_THRESHOLD_: '65536' };

/** The environment of the cells, whose process runs as Node runs by itself: the frugal one makes large arrays slow. */
export function cellEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !(name in frugal)));
}

function kernelspec(main: string) {
  return {
    argv: [process.execPath, ...flags, main, 'kernel', '--connection', '{connection_file}'],
    display_name: 'TypeScript (workbook)',
    env: frugal,
    language: 'typescript',
    interrupt_mode: process.platform === 'win32' ? 'message' : 'signal', // Node hears no signals on Windows
    metadata: { debugger: false },
  };
}

/** Jupyter's data folder of this user, by its own rules. */
function userData(env: NodeJS.ProcessEnv): string {
  const { platform } = process;
  if (env.JUPYTER_DATA_DIR) return resolve(env.JUPYTER_DATA_DIR);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  const { XDG_DATA_HOME: data } = env;
  return join(data && isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'jupyter');
}
