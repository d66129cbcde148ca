/** What a pipeline did, as plain numbers: one row a stage, ready for a chart, and one row a reason, ready for a table. */
import type { Filter } from './filter.js';
import type { Outcome } from './pipeline.js';

/** What one filter did. */
export interface Stage {
  readonly filter: string;
  readonly documentsIn: number;
  readonly documentsOut: number;
  /** Characters of text; a filter that changes texts loses some in documents that it keeps. */
  readonly charactersIn: number;
  readonly charactersOut: number;
  /** How many documents were dropped for which reason, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly documents: number }[];
}

/**
 * Adds up outcomes, stage by stage. Takes the stream itself as well, so that nothing needs to be kept.
 *
 * @example
 * const documents = [{ id: 'a', text: 'Hi', metadata: {} }, { id: 'b', text: 'Hi', metadata: {} }];
 * const filters = [exactDuplicates()];
 * await funnelOf(filters, runPipeline(documents, filters))
 * // [{ filter: 'exact duplicates', documentsIn: 2, documentsOut: 1, charactersIn: 4, charactersOut: 2,
 * //    reasons: [{ reason: 'same text', documents: 1 }] }]
 */
export async function funnelOf(
  filters: readonly Pick<Filter, 'name'>[],
  outcomes: Iterable<Outcome> | AsyncIterable<Outcome>,
): Promise<Stage[]> {
  const totals = filters.map(() => ({ in: 0, out: 0, charactersIn: 0, charactersOut: 0 }));
  const reasons = filters.map(() => new Map<string, number>());
  for await (const { dropped, characters } of outcomes) {
    for (const [nth, total] of totals.entries()) {
      if (nth >= characters.length) break;
      total.in++;
      total.charactersIn += characters[nth]!;
      if (nth + 1 === characters.length) {
        if (dropped) reasons[nth]!.set(dropped.reason, (reasons[nth]!.get(dropped.reason) ?? 0) + 1);
        break;
      }
      total.out++;
      total.charactersOut += characters[nth + 1]!;
    }
  }
  return filters.map(({ name }, nth) => ({
    filter: name,
    documentsIn: totals[nth]!.in,
    documentsOut: totals[nth]!.out,
    charactersIn: totals[nth]!.charactersIn,
    charactersOut: totals[nth]!.charactersOut,
    reasons: sorted(reasons[nth]!),
  }));
}

/** The most frequent reason first, and of those as frequent the first by name. */
const sorted = (reasons: ReadonlyMap<string, number>): Stage['reasons'] =>
  [...reasons]
    .map(([reason, documents]) => ({ reason, documents }))
    .sort((a, b) => b.documents - a.documents || (a.reason < b.reason ? -1 : 1));

/** Adds up the rows of two funnels of the same filters; the first may be empty. */
export function addStages(one: readonly Stage[], other: readonly Stage[]): Stage[] {
  if (one.length === 0) return [...other];
  return one.map((stage, nth) => {
    const more = other[nth]!;
    const reasons = new Map(stage.reasons.map(({ reason, documents }) => [reason, documents]));
    for (const { reason, documents } of more.reasons)
      reasons.set(reason, (reasons.get(reason) ?? 0) + documents);
    return {
      filter: stage.filter,
      documentsIn: stage.documentsIn + more.documentsIn,
      documentsOut: stage.documentsOut + more.documentsOut,
      charactersIn: stage.charactersIn + more.charactersIn,
      charactersOut: stage.charactersOut + more.charactersOut,
      reasons: sorted(reasons),
    };
  });
}

/** One line of the table of reasons. */
export interface ReasonRow {
  readonly filter: string;
  readonly reason: string;
  readonly documents: number;
}

/**
 * The reasons of all stages in one list, in the order of the stages.
 *
 * @example
 * const counts = { documentsIn: 9, documentsOut: 7, charactersIn: 900, charactersOut: 700 };
 * reasonRows([{ filter: 'URL', ...counts, reasons: [{ reason: 'blocked domain', documents: 2 }] }])
 * // [{ filter: 'URL', reason: 'blocked domain', documents: 2 }]
 */
export function reasonRows(stages: readonly Stage[]): ReasonRow[] {
  return stages.flatMap(({ filter, reasons }) => reasons.map((row) => ({ filter, ...row })));
}
