// llama.cpp's answers: from a question (see llama.ts) on the standard input to a file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder, file] = process.argv;
const {
  model: modelPath,
  texts = [],
  prompts = [],
  length = 0,
  cache = 'F16',
} = JSON.parse(readFileSync(0, 'utf8'));
const { getLlama } = await import(
  pathToFileURL(join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js')).href
);
const llama = await getLlama({
  gpu: false,
  build: 'never',
  logLevel: 'error',
  progressLogs: false,
  maxThreads: 1,
});
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: 512,
  sequences: 1,
  threads: 1,
  flashAttention: false,
  experimentalKvCacheKeyType: cache,
  experimentalKvCacheValueType: cache,
});
const sequence = context.getSequence();

async function answerTo(prompt) {
  const ids = model.tokenize(prompt, false);
  await sequence.clearHistory();
  const last = [ids.at(-1), { generateNext: { probabilities: true } }];
  const read = await sequence.controlledEvaluate([...ids.slice(0, -1), last]);
  const probabilities = [];
  for (const [id, probability] of read.at(-1).next.probabilities) probabilities[id] = probability;
  await sequence.clearHistory();
  const greedy = [];
  if (length > 0)
    for await (const id of sequence.evaluate(ids, { temperature: 0 })) if (greedy.push(id) === length) break;
  return { ids, probabilities, greedy, text: model.detokenize(greedy) };
}

const answers = [];
for (const prompt of prompts) answers.push(await answerTo(prompt));
const ids = texts.map((text) => model.tokenize(text, true));
writeFileSync(file, JSON.stringify({ ids, prompts: answers }));
process.exit(0); // its threads would keep the process
