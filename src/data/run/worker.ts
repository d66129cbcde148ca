/** A thread of a run: does one job after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import { findClusters } from './clusters.js';
import { finishShard } from './finishShard.js';
import type { Job, Reply } from './jobs.js';
import { judgeDocuments } from './judge.js';
import { findPairs } from './pairs.js';
import type { CrawlParameters } from './parameters.js';
import { textFilters } from './recipe.js';
import { signShard } from './signShard.js';

const parameters = workerData as CrawlParameters;
let filters: ReturnType<typeof textFilters> | undefined;

async function answerTo(job: Job): Promise<unknown> {
  switch (job.kind) {
    case 'judge':
      filters ??= textFilters(parameters);
      return judgeDocuments(job, await filters);
    case 'sign':
      return signShard(job, parameters.minHash || {});
    case 'match':
      return findPairs(job);
    case 'cluster':
      return findClusters(job);
    case 'finish':
      return finishShard(job, parameters.anonymization);
  }
}

const port = parentPort!;
port.on('message', async (job: Job) => {
  let reply: Reply;
  try {
    reply = { answer: await answerTo(job) };
  } catch (error) {
    reply = { problem: messageOf(error) };
  }
  port.postMessage(reply);
});
