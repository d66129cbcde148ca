/** Rows of a funnel that were counted apart and belong together. */
import type { Stage } from '../funnel.js';

/** Adds up rows of the same filters. */
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
      reasons: [...reasons]
        .map(([reason, documents]) => ({ reason, documents }))
        .sort((a, b) => b.documents - a.documents || (a.reason < b.reason ? -1 : 1)),
    };
  });
}
