/**
 * Fine-tuning steps on packed chats, whose rows hold several that do not see each other, beside PyTorch's on the very
 * same batches: the best of its one and two threads, of attention written out and its own fused one. And the resident
 * size over 1,000 steps of batches that differ in length.
 */
import { selectBackend } from '../../dist/backend/select.js';
import { exampleBatches } from '../../dist/chat/examples.js';
import { packChats, packedBatches } from '../../dist/chat/pack.js';
import { type RenderedChat, renderChat } from '../../dist/chat/render.js';
import { chatMl } from '../../dist/chat/template.js';
import { createRandom } from '../../dist/core/random.js';
import { templateChats } from '../../dist/data/samples/templateChats.js';
import { createParams, disposeParams } from '../../dist/model/params.js';
import { byteTokenizer } from '../../dist/tokenizer/bpe.js';
import { withSpecialTokens } from '../../dist/tokenizer/withSpecialTokens.js';
import { createAdamW } from '../../dist/train/adamW.js';
import { trainStep } from '../../dist/train/step.js';
import { productSpeed } from './matmul.js';
import { type Measurement, median } from './measurement.js';
import { type Peer, startPeer } from './peer.js';
import { bestPyTorch, large, peerSpeed, startProducts, tooSlow } from './products.js';

const config = { blockSize: 128, nLayer: 4, nHead: 4, nEmbd: 128 };
const batchSize = 8;
const [rounds, warm, steps] = [12, 4, 10];
const [few, many] = [100, 1000];

const tokenizer = withSpecialTokens(byteTokenizer(), chatMl.specialTokens);
const size = { ...config, vocabSize: tokenizer.vocabSize };

export async function measureFinetuning(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  return [...(await measureSteps(`fine-tuning, ${name}`)), measureGrowth()];
}

function chats(): RenderedChat[] {
  return templateChats({ count: 2000 }, createRandom(1)).map(({ messages }) =>
    renderChat(messages, { template: chatMl, tokenizer }),
  );
}

async function measureSteps(title: string): Promise<Measurement[]> {
  const { rows, fill } = packChats(chats(), { length: config.blockSize });
  const endless = packedBatches(rows, { batchSize }, createRandom(2));
  const batches = Array.from({ length: 40 }, () => endless.next().value);
  const plain = batches.map(({ inputs, targets, starts }) =>
    [inputs, targets, starts].map((part) => Array.from(part ?? [])),
  );
  const pyTorch = await bestPyTorch();
  const peers: { readonly peer: Peer; readonly way: string; readonly times: number[] }[] = [];
  for (const threads of pyTorch ? ['1', '2'] : [])
    for (const attention of ['plain', 'fused']) {
      const first = { ...size, batches: plain };
      const peer = await startPeer(['finetuning', threads, attention], { ...pyTorch, first });
      if (peer) peers.push({ peer, way: `threads: ${threads}, attention ${attention}`, times: [] });
    }
  const products = pyTorch && (await startProducts(pyTorch));
  const params = createParams(size, createRandom(1));
  const optimizer = createAdamW(params);
  const times: number[] = [];
  const [ownProducts, theirProducts]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (let nth = 0; nth < warm + steps; nth++) {
      const start = performance.now();
      trainStep(params, batches[(round * (warm + steps) + nth) % batches.length]!, optimizer, 1e-3);
      if (nth >= warm) times.push(performance.now() - start);
    }
    ownProducts.push(productSpeed(large, 3));
    if (products) theirProducts.push(await peerSpeed(products, large, 3));
    for (const { peer, times } of peers) times.push(...(await peer.ask(warm + steps)).slice(warm));
  }
  optimizer.dispose();
  disposeParams(params);
  products?.stop();
  for (const { peer } of peers) peer.stop();
  const rate = (time: number) => (1000 * fill * batchSize * config.blockSize) / time;
  const [best] = peers
    .map(({ times, way }) => ({ time: median(times), way }))
    .sort((a, b) => a.time - b.time);
  const note = pyTorch && tooSlow(pyTorch.name, median(theirProducts), median(ownProducts));
  return [
    {
      name: `${title}: packed chats, ${Math.round(100 * fill)} % of a batch is text`,
      value: rate(median(times)),
      unit: 'tokens/s',
      ...(best && { peer: `${pyTorch?.name}, ${best.way}`, peerValue: rate(best.time) }),
      ...(note && { note }),
    },
  ];
}

/** What 900 more steps leave behind, on batches each as long as its longest chat. */
function measureGrowth(): Measurement {
  const examples = chats()
    .filter(({ ids }) => ids.length <= config.blockSize)
    .map(({ ids }) => ({ prompt: ids.slice(0, 8), completion: ids.slice(8) }));
  const endless = exampleBatches(examples, { batchSize }, createRandom(3));
  const params = createParams(size, createRandom(1));
  const optimizer = createAdamW(params);
  const resident = (count: number) => {
    for (let nth = 0; nth < count; nth++) trainStep(params, endless.next().value, optimizer, 1e-3);
    return process.memoryUsage().rss / 2 ** 20;
  };
  const early = resident(few);
  const late = resident(many - few);
  optimizer.dispose();
  disposeParams(params);
  const name = `fine-tuning: after ${many} steps of differing lengths`;
  return { name, value: late, unit: 'MB', peer: `after ${few} steps`, peerValue: early };
}
