/** What a model is measured on, read from the files that a command line names. */
import { readDocuments } from '../../data/readers/readDocuments.js';
import { readHellaSwag } from '../../evaluate/hellaSwag.js';
import type { ChoiceItem } from '../../evaluate/multipleChoice.js';
import type { StatusLine } from '../status.js';

/** The files and how much of them is read. */
export interface Sources {
  readonly data: readonly string[];
  readonly hellaswag: string | undefined;
  /** Texts of each file, or items; all where it is missing. */
  readonly limit: number | undefined;
  /** Damaged records are named here, and passed over. */
  readonly status: StatusLine;
}

/** The texts of a file. */
export async function* textsOf(file: string, { limit, status }: Omit<Sources, 'data' | 'hellaswag'>) {
  const onProblem = ({ message }: { readonly message: string }) => status.print(message);
  for await (const { text } of first(readDocuments(file, { onProblem }), limit)) yield text;
}

/** The items of a file in HellaSwag's form. */
export function itemsOf(file: string, { limit, status }: Sources): AsyncGenerator<ChoiceItem> {
  const onProblem = ({ message }: { readonly message: string }) => status.print(message);
  return first(readHellaSwag(file, { onProblem }), limit);
}

async function* first<T>(values: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<T> {
  let read = 0;
  for await (const value of values) {
    yield value;
    if (++read >= limit) return;
  }
}
