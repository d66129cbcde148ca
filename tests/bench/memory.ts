/** The resident size of a training run after 1,000 steps beside that after 100, in a fresh process. */
import type { Measurement } from './measurement.js';
import { startOwnPeer } from './peer.js';

const [few, many] = [100, 1000];

export async function measureMemory(): Promise<Measurement[]> {
  const run = await startOwnPeer('manySteps.ts');
  const [early] = await run.ask(few);
  const [late] = await run.ask(many - few);
  run.stop();
  const name = `memory, small: after ${many} steps`;
  return [{ name, value: late!, unit: 'MB', peer: `after ${few} steps`, peerValue: early! }];
}
