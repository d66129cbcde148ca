/** The one record of the data rooms: a piece of text, where it came from, and what is known about it. */

/** A text with its origin. Every filter reads one and nothing changes one. */
export interface Document {
  /** Unique within its source, such as `sotu/1790` or `crawl.warc.gz#12`. */
  readonly id: string;
  readonly text: string;
  /** The address the text was fetched from, where there is one. */
  readonly url?: string;
  /** Facts beside the text: a year, a language, a label. */
  readonly metadata: { readonly [key: string]: string | number | boolean };
}
