// How fast llama.cpp reads and writes. Its folder, the model and how many threads stand on the command line.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [, , folder, modelPath, threadsText] = process.argv;
const threads = Number(threadsText);
const dist = join(folder, 'node_modules', 'node-llama-cpp', 'dist');
const imported = (...path) => import(pathToFileURL(join(dist, ...path)).href);
const { getLlama } = await imported('index.js');
const { LlamaSampler } = await imported('evaluator', 'LlamaContext', 'LlamaSampler.js');
const llama = await getLlama({
  gpu: false,
  build: 'never',
  logLevel: 'error',
  progressLogs: false,
  maxThreads: threads,
});
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize: 1024, sequences: 1, threads });
const sequence = context.getSequence();

async function read(ids) {
  await sequence.clearHistory();
  const start = performance.now();
  await sequence.controlledEvaluate([...ids.slice(0, -1), [ids.at(-1), { generateNext: { token: true } }]]);
  return performance.now() - start;
}

// llama.cpp's own calls, as `llama-bench` makes them: the package's `evaluate` takes as long again for each token.
const greedy = new LlamaSampler(model);
greedy.applyConfig(sequence._resolveSamplerConfig({ temperature: 0 }));

async function next(ids, position) {
  const { _ctx: own } = context;
  own.initBatch(ids.length);
  const [last] = own.addToBatch(0, position, Uint32Array.from(ids), Uint32Array.of(ids.length - 1));
  await own.decodeBatch();
  return own.sampleToken(last, greedy._sampler);
}

async function write(ids, length) {
  await sequence.clearHistory();
  let id = await next(ids, 0);
  const start = performance.now();
  for (let made = 0; made < length; made++) id = await next([id], ids.length + made);
  const time = performance.now() - start;
  context._ctx.disposeSequence(0); // the package does not know what was read
  return time;
}

process.stdout.write('"ready"\n');
// Each line asks for a task, "read" or "write", with its ids and how many tokens; each answer is milliseconds.
for await (const line of createInterface({ input: process.stdin })) {
  const { task, ids, length } = JSON.parse(line);
  const time = task === 'read' ? await read(ids) : await write(ids, length);
  process.stdout.write(`${JSON.stringify([time])}\n`);
}
process.exit(0); // its threads would keep the process
