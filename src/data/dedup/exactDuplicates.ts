/** Deduplication in its plainest form: the same text, to the letter. Near-duplicates need more. */
import { createHash } from 'node:crypto';
import { drop, type Filter, keep } from '../filter.js';

/**
 * Makes a filter that keeps the first document of each text and drops the later ones. It remembers what it has seen,
 * about 100 bytes a document, so make a new one for each run.
 *
 * @param options.by What has to be the same: the `text` (default) or the `url`.
 *
 * @example
 * const filter = exactDuplicates();
 * filter.judge({ id: 'a', text: 'Hi', metadata: {} }) // { keep: true }
 * filter.judge({ id: 'b', text: 'Hi', metadata: {} }) // { keep: false, reason: 'same text', detail: 'as a' }
 */
export function exactDuplicates({ by = 'text' }: { readonly by?: 'text' | 'url' } = {}): Filter {
  const first = new Map<string, string>();
  return {
    name: 'exact duplicates',
    judge: (document) => {
      const value = document[by];
      if (value === undefined) return keep;
      const key = createHash('sha256').update(value).digest('base64');
      const earlier = first.get(key);
      if (earlier !== undefined) return drop(`same ${by}`, `as ${earlier}`);
      first.set(key, document.id);
      return keep;
    },
  };
}
