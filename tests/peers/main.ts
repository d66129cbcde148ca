/**
 * `npm run test:peers [-- PART …]`: our numbers beside those of PyTorch, safetensors, transformers, tokenizers, tiktoken,
 * NLTK, TRL, lmarena, nbgrader and JupyterLab themselves. Where Python or its packages are not to be had it says so in one
 * line; only CI takes that for a fault.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/core/errors.js';
import { makePeersPython, peersPython } from './environment.js';
import { makeLlama } from './llama.js';

const start = Date.now();
try {
  if (!peersPython()) process.stderr.write('Making the environment of the peers …\n');
  makePeersPython();
} catch (error) {
  process.stderr.write(`The peers did not run: ${messageOf(error)}.\n`);
  process.exit(process.env.CI ? 1 : 0);
}
try {
  makeLlama();
} catch (error) {
  process.stderr.write(`llama.cpp is not there: ${messageOf(error)}.\n`);
  if (process.env.CI) process.exit(1);
}
const seconds = ((Date.now() - start) / 1000).toFixed(0);
if (seconds !== '0') process.stderr.write(`Making the environment of the peers: done in ${seconds} s\n`);

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => process.argv.slice(2).every((part) => name.includes(part)))
  .map((name) => join(folder, name));
const args = ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
