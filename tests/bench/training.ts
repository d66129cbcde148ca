/** Training steps beside PyTorch's, in turn and in one run; the better of its one and two threads counts. */
import { selectBackend } from '../../dist/backend/select.js';
import { peerSpeed, productSpeed } from './matmul.js';
import { type Measurement, median } from './measurement.js';
import { type Peer, startPeer } from './peer.js';
import { createStepper, gpt2, nano, small, stepFlops } from './sizes.js';

/** The limit: what the machine does where nothing but the product counts, by our kernels or by OpenBLAS. */
const large = { M: 2048, N: 2048, K: 2048 };

/** `warm` steps in front of each burst do not count, ours or theirs: after a rest the machine is slower for a while. */
const plans = [
  { size: small, rounds: 24, warm: 6, steps: 10 },
  { size: nano, rounds: 4, warm: 1, steps: 2 },
  { size: gpt2, rounds: 4, warm: 1, steps: 2 },
];

export async function measureTraining(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const rows: Measurement[] = [];
  for (const plan of plans) rows.push(...(await measureSize(`training, ${name}`, plan)));
  return rows;
}

async function measureSize(
  title: string,
  { size, rounds, warm, steps }: (typeof plans)[number],
): Promise<Measurement[]> {
  const { step, dispose } = createStepper(size);
  const peers: { peer: Peer; times: number[]; threads: number }[] = [];
  for (const threads of [1, 2]) {
    const peer = await startPeer(['training', `${threads}`], { ...size.config, batchSize: size.batchSize });
    if (peer) peers.push({ peer, times: [], threads });
  }
  const blas = await startPeer(['matmul']);
  const times: number[] = [];
  const [ownLimits, blasLimits]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const own = Array.from({ length: warm + steps }, step);
    if (round >= 0) {
      times.push(...own.slice(warm));
      ownLimits.push(productSpeed(large, 3));
      if (blas) blasLimits.push(await peerSpeed(blas, large, 3));
    }
    for (const { peer, times } of peers) {
      const theirs = await peer.ask(warm + steps);
      if (round >= 0) times.push(...theirs.slice(warm));
    }
  }
  dispose();
  blas?.stop();
  for (const { peer } of peers) peer.stop();
  const best = peers
    .map(({ times, threads }) => ({ time: median(times), threads }))
    .sort((a, b) => a.time - b.time)[0];
  const rate = (time: number) => (1000 * size.batchSize * size.config.blockSize) / time;
  return [
    {
      name: `${title}: ${size.name}`,
      value: rate(median(times)),
      unit: 'tokens/s',
      ...(best && { peer: `PyTorch, threads: ${best.threads}`, peerValue: rate(best.time) }),
    },
    {
      name: `${title}: ${size.name}, speed`,
      value: stepFlops(size) / median(times) / 1e6,
      unit: 'GFLOP/s',
      peer: 'the best product of 2048',
      peerValue: Math.max(...[ownLimits, blasLimits].filter(({ length }) => length > 0).map(median)),
    },
  ];
}
