/**
 * Training steps beside those of the newest PyTorch that is there, in turn and in one run; the better of its one and two
 * threads counts. Its products are measured in the same rounds, and where they are far from what this machine does, by a
 * slow library or the wrong kernels, there is no ratio.
 */
import { selectBackend } from '../../dist/backend/select.js';
import { productSpeed } from './matmul.js';
import { type Measurement, median } from './measurement.js';
import { type Peer, startPeer } from './peer.js';
import { bestPyTorch, large, peerSpeed, type Setup, startProducts, tooSlow } from './products.js';
import { createStepper, gpt2, nano, small, stepFlops } from './sizes.js';

/** `warm` steps in front of each burst do not count, ours or theirs: after a rest the machine is slower for a while. */
const plans = [
  { size: small, rounds: 24, warm: 6, steps: 10 },
  { size: nano, rounds: 4, warm: 1, steps: 2 },
  { size: gpt2, rounds: 4, warm: 1, steps: 2 },
];

export async function measureTraining(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const pyTorch = await bestPyTorch();
  const rows: Measurement[] = [];
  for (const plan of plans) rows.push(...(await measureSize(`training, ${name}`, plan, pyTorch)));
  return rows;
}

async function measureSize(
  title: string,
  { size, rounds, warm, steps }: (typeof plans)[number],
  pyTorch: Setup | undefined,
): Promise<Measurement[]> {
  const { step, dispose } = createStepper(size);
  const peers: { peer: Peer; times: number[]; threads: number }[] = [];
  for (const threads of pyTorch ? [1, 2] : []) {
    const first = { ...size.config, batchSize: size.batchSize };
    const peer = await startPeer(['training', `${threads}`], { ...pyTorch, first });
    if (peer) peers.push({ peer, times: [], threads });
  }
  const products = pyTorch && (await startProducts(pyTorch));
  const times: number[] = [];
  const [ownProducts, theirProducts]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const own = Array.from({ length: warm + steps }, step);
    if (round >= 0) {
      times.push(...own.slice(warm));
      ownProducts.push(productSpeed(large, 3));
      if (products) theirProducts.push(await peerSpeed(products, large, 3));
    }
    for (const { peer, times } of peers) {
      const theirs = await peer.ask(warm + steps);
      if (round >= 0) times.push(...theirs.slice(warm));
    }
  }
  dispose();
  products?.stop();
  for (const { peer } of peers) peer.stop();
  const best = peers
    .map(({ times, threads }) => ({ time: median(times), threads }))
    .sort((a, b) => a.time - b.time)[0];
  const rate = (time: number) => (1000 * size.batchSize * size.config.blockSize) / time;
  const [own, theirs] = [median(ownProducts), pyTorch ? median(theirProducts) : 0];
  const note = pyTorch && tooSlow(pyTorch.name, theirs, own);
  return [
    {
      name: `${title}: ${size.name}, the product of 2048`,
      value: own,
      unit: 'GFLOP/s',
      ...(pyTorch && { peer: pyTorch.name, peerValue: theirs }),
      ...(note && { note }),
    },
    {
      name: `${title}: ${size.name}`,
      value: rate(median(times)),
      unit: 'tokens/s',
      ...(best && { peer: `${pyTorch?.name}, threads: ${best.threads}`, peerValue: rate(best.time) }),
      ...(note && { note }),
    },
    {
      name: `${title}: ${size.name}, speed`,
      value: stepFlops(size) / median(times) / 1e6,
      unit: 'GFLOP/s',
      peer: 'the best product of 2048', // nothing but the product counts: the machine's limit
      peerValue: Math.max(own, theirs),
    },
  ];
}
