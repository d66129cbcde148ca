/**
 * The Jupyter kernel as Jupyter's own client sees it, beside stock tslab's and Python's: start to answer, a trivial
 * cell's round trip (to its reply and its last output), the same after a large import, and how much the processes of
 * the kernel grow over many cells. Nothing is measured where there is no Jupyter.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKernel } from '../../dist/kernel/jupyter/kernelspec.js';
import type { Measurement } from './measurement.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const client = fileURLToPath(new URL('./kernelPeer.py', import.meta.url));
const many = 1000;

interface Times {
  readonly ready: number;
  readonly trivial: number;
  readonly afterImport: number;
  /** `null` where the kernel stopped to answer. */
  readonly grown: number | null;
  readonly resident: number | null;
}

const typescript = {
  cell: 'const x{n}: number = {n}; x{n}',
  import: "import * as tf from '@tensorflow/tfjs'; tf.version.tfjs",
};

const file = '{connection_file}';

/** Every kernel with its command, and what a trivial cell and a large import are there. */
const kernels = (python: string) => [
  { name: 'ours', ...installed(), ...typescript },
  {
    name: 'tslab 1.0.22',
    argv: [process.execPath, 'node_modules/tslab/bin/tslab', 'kernel', '--config-path', file],
    ...typescript,
  },
  {
    name: 'ipykernel (numpy)',
    argv: [python, '-m', 'ipykernel_launcher', '-f', file],
    cell: 'x{n} = {n}; x{n}',
    import: 'import numpy',
  },
];

export async function measureKernel(): Promise<Measurement[]> {
  const python = ['/usr/bin/python3', 'python3'].find(
    (program) => spawnSync(program, ['-c', 'import jupyter_client, ipykernel, numpy']).status === 0,
  );
  if (!python) {
    process.stderr.write(
      'The kernel is not measured: no Python here has jupyter_client, ipykernel and numpy.\n',
    );
    return [];
  }
  const measured = kernels(python).map(({ name, ...spec }) => ({ name, times: timesOf(python, spec) }));
  const rows = [
    ['ready', 'start to ready', 'ms'],
    ['trivial', 'trivial cell', 'ms'],
    ['afterImport', 'trivial cell after a large import', 'ms'],
    ['grown', `growth over ${many} cells`, 'MB'],
    ['resident', 'resident memory', 'MB'],
  ] as const;
  const ours = measured[0]!.times;
  return rows.flatMap(([key, what, unit]) =>
    measured.slice(1).map(({ name, times }) => ({
      name: `kernel: ${what}`,
      value: ours[key] ?? Number.NaN,
      unit,
      peer: name,
      ...(times[key] !== null && { peerValue: times[key] }),
    })),
  );
}

/** How `workbook kernel install` tells Jupyter to start it. */
function installed(): { argv: string[]; env: object } {
  const prefix = mkdtempSync(join(tmpdir(), 'bench-kernel-'));
  const path = installKernel({ prefix, main: join(root, 'dist/cli/main.js') });
  const { argv, env } = JSON.parse(readFileSync(path, 'utf8')) as { argv: string[]; env: object };
  rmSync(prefix, { recursive: true });
  return { argv, env };
}

function timesOf(python: string, spec: object): Times {
  const argument = JSON.stringify({ ...spec, starts: 5, cells: 40, many });
  const { stdout, stderr, status } = spawnSync(python, [client, argument], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`A kernel could not be measured: ${stderr}`);
  return JSON.parse(stdout) as Times;
}
