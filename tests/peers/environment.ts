/**
 * The Python that has our peers: the environment that WORKBOOK_PEERS names, or one in `.peers/`, made once for each
 * `requirements.txt`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const own = fileURLToPath(new URL('../../.peers', import.meta.url));
const stamp = join(own, 'requirements.txt'); // written last, so that what it stands in is whole

const pythonOf = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** The peers' Python, if it is there. */
export function peersPython(): string | undefined {
  const named = process.env.WORKBOOK_PEERS;
  if (named) return existsSync(pythonOf(named)) ? pythonOf(named) : undefined;
  const isMade = existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(requirements, 'utf8');
  return isMade ? pythonOf(own) : undefined;
}

/**
 * The peers' Python; made now where it is not there.
 *
 * @throws {Error} If it cannot be made.
 */
export function makePeersPython(): string {
  const found = peersPython();
  if (found) return found;
  if (process.env.WORKBOOK_PEERS)
    throw new Error(`WORKBOOK_PEERS=${process.env.WORKBOOK_PEERS} has no Python`);
  rmSync(own, { recursive: true, force: true });
  const pythons = process.platform === 'win32' ? ['python'] : ['python3', '/usr/bin/python3'];
  const maker = pythons.find((python) => spawnSync(python, ['-m', 'venv', '--clear', own]).status === 0);
  if (!maker) throw new Error('no Python 3 here makes virtual environments');
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    requirements,
  ];
  const { status, stderr } = spawnSync(pythonOf(own), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pip failed: ${stderr.trim().split('\n').at(-1) ?? `exit ${status}`}`);
  writeFileSync(stamp, readFileSync(requirements));
  return pythonOf(own);
}
