/**
 * The Jupyter kernel as Jupyter's own client sees it, beside stock tslab's and Python's: start to answer, a trivial
 * cell's round trip (to its reply and its last output), the same after a large import, and how much the processes of
 * the kernel grow over many cells. Nothing is measured where there is no Jupyter.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const client = fileURLToPath(new URL('./kernelPeer.py', import.meta.url));
const many = 1000;

interface Times {
  readonly ready: number;
  readonly trivial: number;
  readonly afterImport: number;
  readonly grown: number;
  readonly resident: number;
}

const typescript = {
  cell: 'const x{n}: number = {n}; x{n}',
  import: "import * as tf from '@tensorflow/tfjs'; tf.version.tfjs",
};

/** Every kernel with its command, up to the connection file, and what a trivial cell and a large import are there. */
const kernels = (python: string) => [
  { name: 'ours', command: [process.execPath, 'dist/cli/main.js', 'kernel', '--connection'], ...typescript },
  {
    name: 'tslab 1.0.22',
    command: [process.execPath, 'node_modules/tslab/bin/tslab', 'kernel', '--config-path'],
    ...typescript,
  },
  {
    name: 'ipykernel (numpy)',
    command: [python, '-m', 'ipykernel_launcher', '-f'],
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
  const measured = kernels(python).map(({ name, command, ...cells }) => ({
    name,
    times: timesOf(python, { argv: [...command, '{connection_file}'], ...cells }),
  }));
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
      value: ours[key],
      unit,
      peer: name,
      peerValue: times[key],
    })),
  );
}

function timesOf(python: string, spec: object): Times {
  const argument = JSON.stringify({ ...spec, starts: 5, cells: 40, many });
  const { stdout, stderr, status } = spawnSync(python, [client, argument], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`A kernel could not be measured: ${stderr}`);
  return JSON.parse(stdout) as Times;
}
