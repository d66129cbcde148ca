/**
 * Self-play beside the same work in the newest PyTorch that is there: tic-tac-toe, 256 games against four past selves side
 * by side, then one update. Its products are measured in the same rounds; where they are slow there is no ratio.
 */
import { createGameModel } from '../../dist/align/selfPlay/gameModel.js';
import { selfPlay } from '../../dist/align/selfPlay/selfPlay.js';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { disposeParams } from '../../dist/model/params.js';
import { ticTacToe } from '../../dist/tasks/games/rowGames.js';
import { productSpeed } from './matmul.js';
import { type Measurement, median } from './measurement.js';
import { startPeer } from './peer.js';
import { bestPyTorch, large, peerSpeed, startProducts, tooSlow } from './products.js';

const [warm, rounds, burst] = [5, 6, 10];

export async function measureSelfPlay(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const pyTorch = await bestPyTorch();
  const products = pyTorch && (await startProducts(pyTorch));
  const peers = [];
  for (const threads of pyTorch ? [1, 2] : []) {
    const peer = await startPeer([`${threads}`], { ...pyTorch, script: 'selfPlayPeer.py' });
    if (peer) peers.push({ peer, threads, times: [] as number[] });
  }
  const model = createGameModel(ticTacToe(), createRandom(1));
  const options = { updates: warm + rounds * burst + 1, random: createRandom(2), games: 256, opponents: 4 };
  const updates = selfPlay(model, ticTacToe(), options);
  const some = async (count: number): Promise<number[]> => {
    const times: number[] = [];
    for (let nth = 0; nth < count; nth++) {
      const start = performance.now();
      await updates.next();
      times.push(performance.now() - start);
    }
    return times;
  };
  await some(warm);
  for (const { peer } of peers) await peer.ask(warm);
  const times: number[] = [];
  const [own, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times.push(...(await some(burst)));
    own.push(productSpeed(large, 3));
    if (products) theirs.push(await peerSpeed(products, large, 3));
    for (const { peer, times } of peers) times.push(...(await peer.ask(burst)));
  }
  await updates.return();
  disposeParams(model);
  products?.stop();
  for (const { peer } of peers) peer.stop();
  const best = peers
    .map(({ times, threads }) => ({ time: median(times), threads }))
    .sort((a, b) => a.time - b.time)[0];
  const note = pyTorch && tooSlow(pyTorch.name, median(theirs), median(own));
  return [
    {
      name: `self-play, ${name}: 256 games and an update`,
      value: 1000 / median(times),
      unit: 'a second',
      ...(best && { peer: `${pyTorch?.name}, threads: ${best.threads}`, peerValue: 1000 / best.time }),
      ...(note && { note }),
    },
  ];
}
