/**
 * Reinforcement learning on a small model, beside PyTorch at equal work, the best of its one and two threads: answers
 * drawn with a cache, each prompt read once, all of the same length; and GRPO's two updates on as many answers. And the
 * resident size over 300 updates.
 */
import { clippedLoss } from '../../dist/align/losses/policyLoss.js';
import { type PolicyAnswer, policyBatches } from '../../dist/align/policyBatches.js';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { generateBatch } from '../../dist/model/generate.js';
import { createParams, disposeParams, type GptParams } from '../../dist/model/params.js';
import { sortDigits } from '../../dist/tasks/sortDigits.js';
import { drawProblems } from '../../dist/tasks/task.js';
import { symbolTokenizer } from '../../dist/tokenizer/symbolTokenizer.js';
import { type AdamW, createAdamW } from '../../dist/train/adamW.js';
import { updateParams } from '../../dist/train/step.js';
import { productSpeed } from './matmul.js';
import { type Measurement, median } from './measurement.js';
import { type Peer, startPeer } from './peer.js';
import { bestPyTorch, large, peerSpeed, startProducts, tooSlow } from './products.js';

const task = sortDigits();
const tokenizer = symbolTokenizer(task.symbols);
const size = { vocabSize: tokenizer.vocabSize, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 64 };
const [prompts, samples, tokens] = [64, 8, 9];
const [rounds, runs, warm] = [10, 6, 2];
const [few, many] = [30, 300];

export async function measureReinforcement(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  const problems = drawProblems(task, prompts, { random: createRandom(1) });
  const params = createParams(size, createRandom(2));
  const optimizer = createAdamW(params, { weightDecay: 0 });
  const random = createRandom(3);
  const asked = problems.flatMap(({ prompt }) =>
    Array.from({ length: samples }, () => tokenizer.encode(prompt)),
  );
  const draw = (): PolicyAnswer[] =>
    generateBatch(params, asked, { maxTokens: tokens, random }).map(({ ids, logProbs }, nth) => ({
      prompt: asked[nth]!,
      completion: ids,
      logProbs,
    })); // no token ends an answer, so that all have the same length
  const answers = draw();
  const advantages = answers.map(() => random.normal());
  const ways = { sample: draw, update: () => update(params, optimizer, answers, advantages) };
  const rows = await beside(
    ways,
    problems.map(({ prompt }) => tokenizer.encode(prompt)),
    name,
  );
  const growth = measureGrowth(() => update(params, optimizer, draw(), advantages));
  optimizer.dispose();
  disposeParams(params);
  return [...rows, growth];
}

/** What GRPO does with a step's answers. */
function update(
  params: GptParams,
  optimizer: AdamW,
  answers: readonly PolicyAnswer[],
  advantages: readonly number[],
): void {
  for (const batch of policyBatches(answers, advantages, { parts: 2, random: createRandom(4) }))
    updateParams(optimizer, () => clippedLoss(params, batch), 1e-6);
}

type What = 'sample' | 'update';

async function beside(
  ways: Readonly<Record<What, () => unknown>>,
  asked: readonly (readonly number[])[],
  backend: string,
): Promise<Measurement[]> {
  const pyTorch = await bestPyTorch();
  const peers: { readonly peer: Peer; readonly threads: string; readonly times: Record<What, number[]> }[] =
    [];
  for (const threads of pyTorch ? ['1', '2'] : []) {
    const peer = await startPeer(['rl', threads], {
      ...pyTorch,
      first: { ...size, prompts: asked, samples, tokens },
    });
    if (peer) peers.push({ peer, threads, times: { sample: [], update: [] } });
  }
  const products = pyTorch && (await startProducts(pyTorch));
  const own: Record<What, number[]> = { sample: [], update: [] };
  const [ownProducts, theirProducts]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const what of ['sample', 'update'] as const) {
      own[what].push(...timesOf(ways[what]).slice(warm));
      for (const { peer, times } of peers) times[what].push(...(await peer.ask([what, runs])).slice(warm));
    }
    ownProducts.push(productSpeed(large, 3));
    if (products) theirProducts.push(await peerSpeed(products, large, 3));
  }
  products?.stop();
  for (const { peer } of peers) peer.stop();
  const note = pyTorch && tooSlow(pyTorch.name, median(theirProducts), median(ownProducts));
  const names = {
    sample: `RL, ${backend}: ${prompts * samples} answers of ${tokens} tokens drawn`,
    update: `RL, ${backend}: a GRPO update on them, in two parts`,
  };
  return (['sample', 'update'] as const).map((what) => {
    const [best] = peers
      .map(({ times, threads }) => ({ time: median(times[what]), threads }))
      .sort((a, b) => a.time - b.time);
    return {
      name: names[what],
      value: median(own[what]),
      unit: 'ms',
      ...(best && { peer: `${pyTorch?.name}, threads: ${best.threads}`, peerValue: best.time }),
      ...(note && { note }),
    };
  });
}

function timesOf(run: () => unknown): number[] {
  return Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

/** What 270 more updates, each on fresh answers, leave behind. */
function measureGrowth(step: () => void): Measurement {
  const resident = (count: number) => {
    for (let nth = 0; nth < count; nth++) step();
    return process.memoryUsage().rss / 2 ** 20;
  };
  const early = resident(few);
  const late = resident(many - few);
  return {
    name: `RL: after ${many} updates`,
    value: late,
    unit: 'MB',
    peer: `after ${few} updates`,
    peerValue: early,
  };
}
