/**
 * Runs tfjs-core's own test cases on one backend: `node --import tsx run.ts native results.jsonl`. Each case adds a line
 * to the file when it starts and one when it is done, so that a case which ends the process can be named.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { coreFolder, shareCore } from './shareCore.js';

/** What a case's line in the file says. */
export interface Line {
  readonly name: string;
  readonly status: 'started' | 'passed' | 'failed' | 'pending' | 'excluded';
  /** Why it failed. */
  readonly reason?: string;
}

/** The part of a jasmine reporter's event that is used. */
interface Spec {
  readonly fullName: string;
  readonly status: Line['status'];
  readonly failedExpectations: readonly { readonly message: string }[];
}

const require = createRequire(import.meta.url);
const secondsEach = 20;

async function main(backendName: string, file: string): Promise<void> {
  const jasmine = require('jasmine-core');
  jasmine.installGlobals();
  jasmine.jasmine.DEFAULT_TIMEOUT_INTERVAL = secondsEach * 1000;
  const env = jasmine.jasmine.getEnv();
  env.configure({ random: false, forbidDuplicateNames: false });

  shareCore();
  require('@tensorflow/tfjs'); // with the cpu backend, as it is
  if (backendName === 'native') require('../../src/backend/native/install.ts').installNative();
  require(join(coreFolder, 'jasmine_util.js')).setTestEnvs([
    { name: 'backend', backendName, isDataSync: true },
  ]);
  const files = readdirSync(coreFolder, { recursive: true, encoding: 'utf8' });
  for (const test of files.filter((name) => name.endsWith('_test.js')).sort())
    require(join(coreFolder, test));

  const write = (line: Line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  env.addReporter({
    specStarted: ({ fullName }: Spec) => write({ name: fullName, status: 'started' }),
    specDone: ({ fullName, status, failedExpectations }: Spec) =>
      write({ name: fullName, status, reason: failedExpectations.map(({ message }) => message).join('; ') }),
  });
  await env.execute();
}

await main(process.argv[2]!, process.argv[3]!);
process.exit(0); // whatever a case may have left running
