/** The first stage: inputs are read and judged, and what is kept goes into shards. */
import { messageOf } from '../../core/errors.js';
import { type PartFile, partFile } from '../../core/files.js';
import type { Document } from '../document.js';
import { addStages, type Stage } from '../funnel.js';
import { sha256Of, writeRecord } from './crawlFile.js';
import { addDropped, type Dropped } from './dropped.js';
import type { Judged } from './jobs.js';
import { addressFilters } from './judge.js';
import { type FileRecord, type KeptRecord, keptRecord, type Problem, shardName } from './layout.js';
import { type CrawlProgress, startMeter } from './meter.js';
import { checkUnchanged, type Piece, type Run } from './plan.js';
import { inOrder, type Pool, ThreadLost } from './pool.js';
import { type Batch, inputNames, readBatches } from './readInput.js';
import { emptyMember } from './shards/shardFile.js';

/** Problems of a shard that are listed; all are counted. */
const mostListed = 100;
/** Longest time for a batch, and for one page alone after its batch was too slow or broke a thread; usual are 3 and 0.04. */
const [batchSeconds, pageSeconds] = [120, 60];

/** Does some of the files, file after file, on all threads. */
export async function* filterStage(
  run: Run,
  files: readonly Piece[],
): AsyncGenerator<CrawlProgress, void, undefined> {
  const { plan, layout, pool } = run;
  const open = files.filter(({ isDone }) => !isDone);
  if (open.length === 0) return;
  const bytesOf = (some: readonly Piece[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = startMeter('filter', bytesOf(files), bytesOf(files) - bytesOf(open));
  const filters = await addressFilters(plan.parameters);
  const { shardDocuments, read } = plan.parameters;
  const names = inputNames(plan.inputs.map(({ path }) => path));
  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    for (const { number: file } of open) {
      const input = plan.inputs[file]!;
      checkUnchanged(input);
      let done = 0;
      while (keptRecord(layout, shardName(file, done))) done++;
      const name = names[file]!;
      yield* readBatches(input.path, { file, name, shardDocuments, read, done, filters, signal: run.signal });
    }
  }
  const writer = shardWriter(run);
  let [file, before] = [-1, 0];
  try {
    for await (const [batch, judged] of inOrder(batches(), 2 * pool.threads, (one) => judge(one, pool))) {
      await writer.add(batch, judged);
      if (batch.file !== file) [file, before] = [batch.file, 0];
      const bytes = batch.endsFile ? plan.inputs[file]!.bytes : batch.bytes;
      yield meter.add(batch.read, bytes - before);
      before = bytes;
    }
  } finally {
    writer.discard();
  }
}

interface JudgedBatch extends Judged {
  /** Documents that no thread could judge. */
  readonly lost: readonly Problem[];
}

/** Has a batch judged; where a page breaks the thread, it alone is lost, and the batch is judged without it. */
async function judge({ documents, arePages }: Batch, pool: Pool): Promise<JudgedBatch> {
  const ask = (some: readonly Document[], seconds?: number) =>
    pool.run({ kind: 'judge', arePages, documents: some }, seconds);
  try {
    const judged = await ask(documents, batchSeconds);
    return { ...judged, lost: judged.failed.map(problemOf) };
  } catch (error) {
    if (!(error instanceof ThreadLost)) throw error;
  }
  const sound: Document[] = [];
  const lost: Problem[] = [];
  for (const document of documents) {
    try {
      await ask([document], pageSeconds);
      sound.push(document);
    } catch (error) {
      if (!(error instanceof ThreadLost)) throw error;
      const message = `${document.id}: it cannot be judged (${messageOf(error)})`;
      lost.push(problemOf({ id: document.id, message }));
    }
  }
  const judged = await ask(sound);
  return { ...judged, lost: [...lost, ...judged.failed.map(problemOf)] };
}

const problemOf = ({ id, message }: Judged['failed'][number]): Problem => ({
  record: Number(/#(\d+)$/.exec(id)?.[1] ?? 0),
  message,
});

/** A shard on its way. */
interface OpenShard {
  readonly part: PartFile;
  read: number;
  documents: number;
  stages: readonly Stage[];
  dropped: readonly Dropped[];
  skipped: number;
  problems: number;
  readonly listed: Problem[];
}

function shardWriter({ layout, plan }: Run) {
  let open: OpenShard | undefined;
  const opened = (name: string): OpenShard => ({
    part: partFile(layout.kept(name).data),
    ...{ read: 0, documents: 0, stages: [], dropped: [], skipped: 0, problems: 0, listed: [] },
  });
  return {
    add: async (batch: Batch, judged: JudgedBatch): Promise<void> => {
      const name = shardName(batch.file, batch.slice);
      if (batch.endsShard || batch.read > 0 || batch.problems.length > 0) {
        open ??= opened(name);
        addBatch(open, batch, judged);
      }
      if (open && batch.endsShard) {
        const { part, ...counts } = open;
        open = undefined;
        if (counts.documents === 0) part.write(emptyMember);
        const record: KeptRecord = { ...counts, ...part.commit() };
        writeRecord(layout.kept(name).record, record);
      }
      if (!batch.endsFile) return;
      const shards: KeptRecord[] = [];
      for (let kept = keptRecord(layout, shardName(batch.file, 0)); kept; ) {
        shards.push(kept);
        kept = keptRecord(layout, shardName(batch.file, shards.length));
      }
      const input = plan.inputs[batch.file]!;
      const sha256 = await sha256Of(input.path);
      checkUnchanged(input);
      writeRecord(layout.file(batch.file), { sha256, shards } satisfies FileRecord);
    },
    discard: () => open?.part.discard(),
  };
}

function addBatch(open: OpenShard, batch: Batch, { member, kept, stages, dropped, lost }: JudgedBatch): void {
  open.part.write(member);
  open.read += batch.read;
  open.documents += kept;
  open.stages = addStages(open.stages, [...batch.stages, ...stages]);
  open.dropped = addDropped([...open.dropped, ...batch.dropped, ...dropped]);
  open.skipped += batch.skipped;
  const problems = [...batch.problems, ...lost];
  open.problems += problems.length;
  open.listed.push(...problems.slice(0, mostListed - open.listed.length));
}
