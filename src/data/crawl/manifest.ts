/** The record of a complete run: what went in, what was asked for, what was dropped and why, what came out. */
import { basename } from 'node:path';
import { anonymizer } from '../filters/anonymization.js';
import { addStages, type Stage } from '../funnel.js';
import { type RunFile, readRecord, writeRecord } from './crawlFile.js';
import { addDropped, type Dropped } from './dropped.js';
import { clusteredRecord, fileRecord, finalRecord, type Layout, type Problem, type Shard } from './layout.js';
import type { OwnFilters } from './ownFilters.js';
import type { CrawlParameters } from './parameters.js';
import type { Plan } from './plan.js';

/** What `manifest.json` holds. */
export interface CrawlManifest {
  /** Of the library that made it. */
  readonly version: string;
  readonly parameters: CrawlParameters;
  /** The module of the caller's own filters, where there was one. */
  readonly filters?: OwnFilters;
  /** Other files that decide what is kept, where there were some: a model of quality, texts of tests. */
  readonly files?: readonly RunFile[];
  readonly inputs: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    /** Documents read. */
    readonly documents: number;
    /** Valid records without a document, such as a request or a picture. */
    readonly skipped: number;
    /** Damaged records. */
    readonly problems: number;
  }[];
  /** The funnel, ready for `funnelPlot` and `reasonRows`. */
  readonly stages: readonly Stage[];
  /** What was dropped, in the order of the filters, the most frequent reason of each first. */
  readonly dropped: readonly (Dropped & {
    /** Of the documents that came to the filter. */
    readonly share: number;
  })[];
  /** Groups of near-duplicates, of each of which the first document was kept; missing where they were not looked for. */
  readonly nearDuplicateClusters?: number;
  /** Damaged records by file and record, at most 100 for each shard; `inputs` counts them all. */
  readonly problems: readonly (Problem & { readonly file: string })[];
  readonly shards: readonly {
    /** Below the folder of the manifest. */
    readonly path: string;
    /** The input that its documents come from. */
    readonly input: string;
    readonly documents: number;
    /** Of text. */
    readonly characters: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/** Writes the manifest if all shards are there; which of the tasks does it makes no difference. */
export function writeManifest(plan: Plan, layout: Layout, shards: readonly Shard[]): boolean {
  const placeOf = (name: string) => layout.final(name, plan.parameters.format);
  const results = shards.map(({ name }) => finalRecord(placeOf(name)));
  if (results.includes(undefined)) return false;
  const clusters = plan.parameters.minHash && clusteredRecord(layout)?.clusters;
  const pathOf = (file: number) => plan.inputs[file]!.path;
  const stages = [
    ...shards.reduce<Stage[]>((sum, { stages }) => addStages(sum, stages), []),
    ...results.reduce<Stage[]>((sum, result) => addStages(sum, result!.stages), []),
  ];
  const rows = addDropped([...shards, ...results].flatMap((one) => one!.dropped ?? []));
  const manifest: CrawlManifest = {
    version: plan.version,
    parameters: plan.parameters,
    ...(plan.filters && { filters: plan.filters }),
    ...(plan.files && plan.files.length > 0 && { files: plan.files }),
    inputs: plan.inputs.map((input, file) => inputRow(input, file, layout)),
    stages,
    dropped: droppedRows(rows, stages, plan.parameters),
    ...(typeof clusters === 'number' && { nearDuplicateClusters: clusters }),
    problems: shards.flatMap(({ file, listed }) => listed.map((one) => ({ file: pathOf(file), ...one }))),
    shards: shards.map(({ name, file }, nth) => {
      const { documents, characters, bytes, sha256 } = results[nth]!;
      const path = `shards/${basename(placeOf(name).data)}`;
      return { path, input: pathOf(file), documents, characters, bytes, sha256 };
    }),
  };
  writeRecord(layout.manifest, manifest);
  return true;
}

/** Sorted rows, with their shares, and without addresses of people where the texts have none. */
function droppedRows(
  rows: readonly Dropped[],
  stages: readonly Stage[],
  { anonymization }: CrawlParameters,
): CrawlManifest['dropped'] {
  const placeOf = (name: string) => stages.findIndex(({ filter }) => filter === name);
  return rows
    .map(({ examples, ...row }) => ({
      ...row,
      share: row.documents / stages[placeOf(row.filter)]!.documentsIn,
      examples: examples.map((example) => {
        if (!anonymization) return example;
        const anonymize = anonymizer(anonymization);
        const { detail, text } = example;
        return { ...example, ...(detail && { detail: anonymize(detail) }), text: anonymize(text) };
      }),
    }))
    .sort(
      (one, other) =>
        placeOf(one.filter) - placeOf(other.filter) ||
        other.documents - one.documents ||
        (one.reason < other.reason ? -1 : 1),
    );
}

function inputRow({ path, bytes }: Plan['inputs'][number], file: number, layout: Layout) {
  const { sha256, shards } = fileRecord(layout, file)!;
  const sum = (of: (shard: (typeof shards)[number]) => number) =>
    shards.reduce((total, shard) => total + of(shard), 0);
  return {
    ...{ path, bytes, sha256 },
    documents: sum(({ read }) => read),
    skipped: sum(({ skipped }) => skipped),
    problems: sum(({ problems }) => problems),
  };
}

/** The manifest of a complete run. */
export const readManifest = (layout: Layout): CrawlManifest | undefined =>
  readRecord<CrawlManifest>(layout.manifest);
