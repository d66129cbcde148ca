// How fast llama.cpp reads and writes. Its folder, the model and how many threads stand on the command line.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [, , folder, modelPath, threadsText] = process.argv;
const threads = Number(threadsText);
const entry = join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
const { getLlama } = await import(pathToFileURL(entry).href);
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

async function write(ids, length) {
  await sequence.clearHistory();
  let [start, made] = [0, 0];
  for await (const _ of sequence.evaluate(ids, { temperature: 0, yieldEogToken: true })) {
    if (made === 0) start = performance.now();
    if (made++ === length) break;
  }
  return performance.now() - start;
}

process.stdout.write('"ready"\n');
// Each line asks for a task, "read" or "write", with its ids and how many tokens; each answer is milliseconds.
for await (const line of createInterface({ input: process.stdin })) {
  const { task, ids, length } = JSON.parse(line);
  const time = task === 'read' ? await read(ids) : await write(ids, length);
  process.stdout.write(`${JSON.stringify([time])}\n`);
}
process.exit(0); // its threads would keep the process
