/** Deduplication in its plainest form: the same text, to the letter, or the same address. Near-duplicates need more. */
import { createHash } from 'node:crypto';
import type { Document } from '../document.js';
import { drop, type Filter, keep } from '../filter.js';

/**
 * Makes a filter that keeps the first document of each text and drops the later ones. It remembers what it has seen,
 * about 100 bytes a document, so make a new one for each run; `filterCrawl` has the same as a stage whose memory does
 * not grow.
 *
 * @param options.by What has to be the same: the `text` (default), the `url`, or a fact of the metadata by its name.
 *   Documents without it are kept.
 *
 * @example
 * const filter = exactDuplicates();
 * filter.judge({ id: 'a', text: 'Hi', metadata: {} }) // { keep: true }
 * filter.judge({ id: 'b', text: 'Hi', metadata: {} }) // { keep: false, reason: 'same text', detail: 'as a' }
 */
export function exactDuplicates({ by = 'text' }: { readonly by?: string } = {}): Filter {
  const first = new Map<string, string>();
  return {
    name: exactDuplicatesName,
    judge: (document) => {
      const value = comparedValue(document, by);
      if (value === undefined) return keep;
      const key = createHash('sha256').update(value).digest('base64');
      const earlier = first.get(key);
      if (earlier !== undefined) return drop(`same ${by}`, `as ${earlier}`);
      first.set(key, document.id);
      return keep;
    },
  };
}

/** What the filter, and the stage of a run, is called in a funnel. */
export const exactDuplicatesName = 'exact duplicates';

/** What is compared of a document; `undefined` where it has no such thing. */
export function comparedValue(document: Document, by: string): string | undefined {
  if (by === 'text' || by === 'url' || by === 'id') return document[by];
  const fact = Object.hasOwn(document.metadata, by) ? document.metadata[by] : undefined;
  return fact === undefined ? undefined : String(fact);
}
