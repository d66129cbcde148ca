/** Asks a Python script beside this file. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peersPython } from './environment.js';

const python = peersPython();

/** Runs a file's tests, or says that there is nobody to ask. */
export function withPeers(file: string, tests: () => void): void {
  if (python) tests();
  else process.stdout.write(`${basename(file)} did not run: \`npm run test:peers\` makes its environment.\n`);
}

/**
 * What a script answers, as JSON, to a question that it reads as JSON.
 *
 * @throws {Error} If the script fails; the message is what it wrote last.
 */
export function askPython<T>(script: string, question: unknown): T {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const env = { ...process.env, HF_HUB_OFFLINE: '1', PYTHONUTF8: '1' };
  const { status, stdout, stderr } = spawnSync(python!, [path], {
    input: JSON.stringify(question),
    encoding: 'utf8',
    env,
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
  return JSON.parse(stdout) as T;
}
