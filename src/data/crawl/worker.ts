/** A thread of a run: does one job after the other. It loads what a job needs when the first of its kind comes. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import type { Job, Reply } from './jobs.js';
import type { TextFilters } from './judge.js';
import type { Recipe } from './parameters.js';

const recipe = workerData as Recipe;
const { parameters } = recipe;
let filters: Promise<TextFilters> | undefined;

async function answerTo(job: Job): Promise<unknown> {
  switch (job.kind) {
    case 'judge': {
      const { judgeDocuments, textFilters } = await import('./judge.js');
      filters ??= textFilters(recipe);
      return judgeDocuments(job, await filters);
    }
    case 'key': {
      const { by } = parameters.exactDuplicates || { by: [] };
      return (await import('./duplicates/keyShard.js')).keyShard(job, by);
    }
    case 'lineKey':
      return (await import('./duplicates/keyShard.js')).keyLines(job, parameters.lineDuplicates || {});
    case 'repeats':
      return (await import('./duplicates/repeats.js')).findRepeats(job);
    case 'sign':
      return (await import('./duplicates/signShard.js')).signShard(job, parameters.minHash || {});
    case 'match':
      return (await import('./duplicates/pairs.js')).findPairs(job);
    case 'cluster':
      return (await import('./duplicates/clusters.js')).findClusters(job);
    case 'finish':
      return (await import('./shards/finishShard.js')).finishShard(job, parameters);
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
