/** The small training step on our `wasm` and on the best backend, beside tfjs's wasm without any of our kernels. */
import { selectBackend } from '../../dist/backend/select.js';
import { type Measurement, median } from './measurement.js';
import { startOwnPeer } from './peer.js';
import { createStepper, small } from './sizes.js';

const rounds = 5;
const tokens = small.batchSize * small.config.blockSize;

export async function measureWasm(): Promise<Measurement[]> {
  const peer = await startOwnPeer('plainStep.ts');
  await peer.ask(1);
  const theirs: number[] = [];
  const own = new Map<string, number[]>();
  for (const wanted of ['wasm', undefined]) {
    const { name } = await selectBackend(wanted ? { name: wanted } : {});
    const { step, dispose } = createStepper(small);
    for (let steps = 0; steps < 5; steps++) step();
    const times = own.get(name) ?? [];
    for (let round = 0; round < rounds; round++) {
      times.push(...Array.from({ length: 5 }, step));
      theirs.push(...(await peer.ask(1)));
    }
    own.set(name, times);
    dispose();
  }
  peer.stop();
  return [...own].map(([name, times]) => ({
    name: `training, ${name}: small`,
    value: (1000 * tokens) / median(times),
    unit: 'tokens/s',
    peer: 'wasm without our kernels',
    peerValue: (1000 * tokens) / median(theirs),
  }));
}
