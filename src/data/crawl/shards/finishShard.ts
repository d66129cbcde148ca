/** The last step: duplicates go, addresses of people are replaced, and the shard gets its place in the result. */
import { partFile } from '../../../core/files.js';
import { exactDuplicatesName } from '../../dedup/exactDuplicates.js';
import { lineDuplicatesName, lineDuplicatesOptions, withoutPieces } from '../../dedup/lineDuplicates.js';
import { nearDuplicates } from '../../dedup/nearDuplicates.js';
import { drop, type Filter, keep } from '../../filter.js';
import { anonymization } from '../../filters/anonymization.js';
import { funnelOf } from '../../funnel.js';
import { judgeAll, type Outcome } from '../../pipeline.js';
import { countDropped } from '../dropped.js';
import { readBits } from '../duplicates/bitSets.js';
import type { Finished, FinishJob } from '../jobs.js';
import type { CrawlParameters } from '../parameters.js';
import { shardDocuments } from './shardFile.js';
import { jsonlShard, parquetShard } from './shardWriters.js';

/**
 * Writes a final shard. The replacements of addresses are taken in turn from the start of each shard, so that no shard
 * depends on another.
 */
export async function finishShard(job: FinishJob, parameters: CrawlParameters): Promise<Finished> {
  let place = -1;
  const filters = lastFilters(job, parameters, () => place);
  const dropped = countDropped();
  const file = partFile(job.out);
  const shard = parameters.format === 'parquet' ? parquetShard(file) : jsonlShard(file);
  let [documents, characters] = [0, 0];
  async function* outcomes(): AsyncGenerator<Outcome, void, undefined> {
    for await (const document of shardDocuments(job.shard)) {
      place++;
      const outcome = judgeAll(document, filters);
      dropped.add(outcome);
      if (!outcome.dropped) {
        shard.add(outcome.document);
        documents++;
        characters += outcome.document.text.length;
      }
      yield outcome;
    }
  }
  try {
    const stages = await funnelOf(filters, outcomes());
    shard.end();
    return { documents, characters, stages, dropped: dropped.rows(), ...file.commit() };
  } finally {
    file.discard();
  }
}

/** What is asked of each document last; `place` is its own in the shard. */
function lastFilters(
  { exact, near, lines }: FinishJob,
  { exactDuplicates, lineDuplicates, anonymization: anonymized }: CrawlParameters,
  place: () => number,
): Filter[] {
  const filters: Filter[] = [];
  if (exact && exactDuplicates) {
    const sets = exactDuplicates.by.map((by, nth) => ({ by, isSet: readBits(exact, nth) }));
    const judge = () => {
      const found = sets.find(({ isSet }) => isSet(place()));
      return found ? drop(`same ${found.by}`) : keep;
    };
    filters.push({ name: exactDuplicatesName, judge });
  }
  if (near) {
    const isSet = readBits(near);
    filters.push({ ...nearDuplicates, judge: () => (isSet(place()) ? drop('nearly the same text') : keep) });
  }
  if (lines && lineDuplicates) {
    const options = lineDuplicatesOptions(lineDuplicates);
    const isSet = readBits(lines);
    let line = 0; // of all lines of documents that come here
    const isRepeat = () => isSet(line++);
    filters.push({
      name: lineDuplicatesName,
      judge: (document) => withoutPieces(document, options, isRepeat),
    });
  }
  return anonymized ? [...filters, anonymization(anonymized)] : filters;
}
