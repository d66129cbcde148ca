/** The last step: near-duplicates go, addresses of people are replaced, and the shard gets its place in the result. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type PartFile, partFile } from '../../core/files.js';
import { nearDuplicates } from '../dedup/nearDuplicates.js';
import type { Document } from '../document.js';
import { drop, type Filter, keep } from '../filter.js';
import { type AnonymizationOptions, anonymization } from '../filters/anonymization.js';
import { funnelOf } from '../funnel.js';
import { judgeAll, type Outcome } from '../pipeline.js';
import type { Finished, FinishJob } from './jobs.js';
import { emptyMember, packed, shardDocuments } from './shardFile.js';

/** Characters of text in one gzip member. */
const memberCharacters = 1 << 20;

/**
 * Writes a final shard. The replacements of addresses are taken in turn from the start of each shard, so that no shard
 * depends on another.
 */
export async function finishShard(
  job: FinishJob,
  anonymized: AnonymizationOptions | false,
): Promise<Finished> {
  const goes = job.dropped === undefined ? undefined : bitsOf(job.dropped, job.first, job.documents);
  let place = -1;
  const filters: Filter[] = [
    ...(goes
      ? [{ ...nearDuplicates, judge: () => (goes(place) ? drop('nearly the same text') : keep) }]
      : []),
    ...(anonymized ? [anonymization(anonymized)] : []),
  ];
  const file = partFile(job.out);
  const shard = shardWriter(file);
  async function* outcomes(): AsyncGenerator<Outcome, void, undefined> {
    for await (const document of shardDocuments(job.shard)) {
      place++;
      const outcome = judgeAll(document, filters);
      if (!outcome.dropped) shard.add(outcome.document);
      yield outcome;
    }
  }
  try {
    const stages = await funnelOf(filters, outcomes());
    shard.end();
    return { ...shard.counts(), stages, ...file.commit() };
  } finally {
    file.discard();
  }
}

function shardWriter(file: PartFile) {
  let waiting: Document[] = [];
  let [held, documents, characters] = [0, 0, 0];
  const flush = () => {
    file.write(packed(waiting));
    [waiting, held] = [[], 0];
  };
  return {
    add: (document: Document) => {
      waiting.push(document);
      held += document.text.length;
      documents++;
      characters += document.text.length;
      if (held >= memberCharacters) flush();
    },
    end: () => {
      flush();
      if (documents === 0) file.write(emptyMember);
    },
    counts: () => ({ documents, characters }),
  };
}

/** The bits of `count` documents from the `first` on, as a function of the place among them. */
function bitsOf(path: string, first: number, count: number): (place: number) => boolean {
  const start = Math.floor(first / 8);
  const bytes = new Uint8Array(Math.ceil((first + count) / 8) - start);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length)
      throw new Error(`Cannot read ${path}: it is shorter than when it was written`);
  } finally {
    closeSync(file);
  }
  return (place) => {
    const bit = first - 8 * start + place;
    return (bytes[bit >> 3]! & (1 << (bit & 7))) !== 0;
  };
}
