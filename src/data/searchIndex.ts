/** Full-text search over documents: an inverted index, ranked by BM25 (Robertson and Zaragoza 2009), by MiniSearch. */
import MiniSearch from 'minisearch';
import type { Document } from './document.js';

/** A document that was found. */
export interface SearchHit {
  readonly document: Document;
  /** Higher is better; comparable within one search alone. */
  readonly score: number;
}

/** Documents that can be searched. */
export interface SearchIndex {
  /**
   * The documents that share words with a query, the best first. A query without words finds nothing.
   *
   * @param options.limit Most hits; default 10.
   */
  readonly search: (query: string, options?: { readonly limit?: number }) => SearchHit[];
}

/**
 * Makes an index over the texts of documents. Words are compared in small letters and whole. A word counts by BM25 with
 * k = 1.2 and b = 0.75, a text's length counted in different words; of two documents the one in which more of the query's words stand comes first.
 *
 * @throws {RangeError} If there is no document: a search over nothing would find nothing, without a word.
 *
 * @example
 * const texts = ['Oslo is the capital of Norway.', 'Norway has fjords.'];
 * const index = searchIndex(texts.map((text, nth) => ({ id: `${nth}`, text, metadata: {} })));
 * index.search('capital Norway').map(({ document }) => document.id) // ['0', '1']
 */
export function searchIndex(documents: readonly Document[]): SearchIndex {
  if (documents.length === 0)
    throw new RangeError('Cannot make a search index: expected a document, got none');
  const index = new MiniSearch<{ place: number; text: string }>({
    idField: 'place',
    fields: ['text'],
    searchOptions: { bm25: { k: 1.2, b: 0.75, d: 0 } },
  });
  index.addAll(documents.map(({ text }, place) => ({ place, text })));
  return {
    search: (query, { limit = 10 } = {}) =>
      index
        .search(query)
        .slice(0, limit)
        .map(({ id, score }) => ({ document: documents[id as number]!, score })),
  };
}
