/**
 * Documents through a list of filters, one after the other, as a stream: memory holds one document at a time, and
 * every document comes out with what became of it.
 */
import { messageOf } from '../core/errors.js';
import type { Document } from './document.js';
import type { Filter, Verdict } from './filter.js';

/** What became of one document. */
export interface Outcome {
  /** As it was when it was kept or dropped: with the changes of the filters it passed. */
  readonly document: Document;
  /** The filter that dropped it and why; missing where it was kept. */
  readonly dropped?: { readonly filter: string; readonly reason: string; readonly detail?: string };
  /** Characters of text before the first filter, then after each filter that it passed. */
  readonly characters: readonly number[];
}

/**
 * Sends documents through filters.
 *
 * @returns One outcome a document, in order, as the caller asks for them.
 * @throws {RangeError} If there was no document at all.
 * @throws {Error} If a filter fails; the message names the filter and the document.
 *
 * @example
 * const documents = [{ id: 'a', text: 'Hi', metadata: {} }, { id: 'b', text: 'Hi', metadata: {} }];
 * const kept = [];
 * for await (const { document, dropped } of runPipeline(documents, [exactDuplicates()])) {
 *   if (!dropped) kept.push(document.id);
 * }
 * kept // ['a']
 */
export async function* runPipeline(
  documents: Iterable<Document> | AsyncIterable<Document>,
  filters: readonly Filter[],
): AsyncGenerator<Outcome, void, undefined> {
  let empty = true;
  for await (const document of documents) {
    empty = false;
    yield judgeAll(document, filters);
  }
  if (empty)
    throw new RangeError('Cannot filter documents: there is none; check what the corpus was read from');
}

/**
 * Sends one document through the filters, up to the one that drops it.
 *
 * @example
 * judgeAll({ id: 'a', text: 'Buy now!', metadata: {} }, [exactDuplicates(), gopherQuality()]).dropped
 * // { filter: 'Gopher quality', reason: 'too few words', detail: '2 words, at least 50' }
 */
export function judgeAll(document: Document, filters: readonly Filter[]): Outcome {
  const characters = [document.text.length];
  let current = document;
  for (const filter of filters) {
    const verdict = judged(current, filter);
    if (!verdict.keep) {
      const { keep: _, ...why } = verdict;
      return { document: current, dropped: { filter: filter.name, ...why }, characters };
    }
    current = verdict.document ?? current;
    characters.push(current.text.length);
  }
  return { document: current, characters };
}

function judged(document: Document, filter: Filter): Verdict {
  try {
    return filter.judge(document);
  } catch (error) {
    const message = `Cannot judge document "${document.id}" with filter "${filter.name}": ${messageOf(error)}`;
    throw new Error(message, { cause: error });
  }
}
