/**
 * What was dropped, for who wants to look: of each filter and reason how much, and a few examples. The examples are a random
 * sample that does not depend on the order of the documents: those whose id has the least checksum.
 */
import { hash } from 'node:crypto';
import type { Outcome } from '../pipeline.js';

/** A document that was dropped. */
export interface DroppedExample {
  readonly id: string;
  readonly url?: string;
  /** What was measured, where the filter says it. */
  readonly detail?: string;
  /** The beginning of its text as the filter saw it, at most 200 characters. */
  readonly text: string;
}

/** All documents that one filter dropped for one reason. */
export interface Dropped {
  readonly filter: string;
  readonly reason: string;
  readonly documents: number;
  readonly characters: number;
  readonly examples: readonly DroppedExample[];
}

/** Examples of each filter and reason. */
const mostExamples = 3;
const excerptLength = 200;

/** Adds up outcomes as they come. */
export function countDropped() {
  const rows = new Map<string, { -readonly [Key in keyof Dropped]: Dropped[Key] }>();
  return {
    add: ({ document, dropped, characters }: Outcome): void => {
      if (!dropped) return;
      const { filter, reason, detail } = dropped;
      const key = JSON.stringify([filter, reason]);
      const row = rows.get(key) ?? { filter, reason, documents: 0, characters: 0, examples: [] };
      rows.set(key, row);
      row.documents++;
      row.characters += characters.at(-1)!;
      const { id, url, text } = document;
      const last = row.examples[mostExamples - 1];
      if (last && rankOf(last.id) <= rankOf(id)) return;
      const example = { id, ...(url && { url }), ...(detail && { detail }), text: beginning(text) };
      row.examples = sampled([...row.examples, example]);
    },
    rows: (): Dropped[] => [...rows.values()],
  };
}

/** The rows of some outcomes. */
export function droppedOf(outcomes: Iterable<Outcome>): Dropped[] {
  const counter = countDropped();
  for (const outcome of outcomes) counter.add(outcome);
  return counter.rows();
}

/** Adds up rows of the same kinds; the order is that in which the kinds come first. */
export function addDropped(rows: readonly Dropped[]): Dropped[] {
  const sums = new Map<string, Dropped>();
  for (const row of rows) {
    const key = JSON.stringify([row.filter, row.reason]);
    const sum = sums.get(key);
    sums.set(
      key,
      sum
        ? {
            ...sum,
            documents: sum.documents + row.documents,
            characters: sum.characters + row.characters,
            examples: sampled([...sum.examples, ...row.examples]),
          }
        : row,
    );
  }
  return [...sums.values()];
}

const rankOf = (id: string): string => hash('sha256', id);

const sampled = (examples: readonly DroppedExample[]): DroppedExample[] =>
  examples
    .map((example) => [rankOf(example.id), example] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .slice(0, mostExamples)
    .map(([, example]) => example);

const beginning = (text: string): string =>
  Array.from(text.slice(0, 2 * excerptLength))
    .slice(0, excerptLength)
    .join('');
