/** What a filter is: a name and a rule that looks at one document and answers. The rules have a file each. */
import type { Document } from './document.js';

/** What a filter decides about one document. */
export type Verdict =
  /** The document is kept; `document` where the filter changed it (extraction makes text of a page). */
  | { readonly keep: true; readonly document?: Document }
  /** It is dropped. `reason` is the same for all that fail alike; `detail` says what was measured here. */
  | { readonly keep: false; readonly reason: string; readonly detail?: string };

/** A named rule over one document. It never throws because of what a document holds. */
export interface Filter {
  readonly name: string;
  readonly judge: (document: Document) => Verdict;
}

/** The verdict of a document that passes as it is. */
export const keep: Verdict = { keep: true };

/**
 * The verdict of a document that passes changed.
 *
 * @example
 * keepAs({ id: 'a', text: 'Hi', metadata: {} })
 * // { keep: true, document: { id: 'a', text: 'Hi', metadata: {} } }
 */
export function keepAs(document: Document): Verdict {
  return { keep: true, document };
}

/**
 * The verdict of a document that does not pass.
 *
 * @example
 * drop('too few words', '38 words, at least 50')
 * // { keep: false, reason: 'too few words', detail: '38 words, at least 50' }
 */
export function drop(reason: string, detail?: string): Verdict {
  return detail === undefined ? { keep: false, reason } : { keep: false, reason, detail };
}

/** Writes a share for a verdict's detail: `share(1, 3)` is `33 %`. */
export function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
