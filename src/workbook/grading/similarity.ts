/**
 * Answers that are alike, for a person to look at: fingerprints of how the answers are built, chosen as MOSS chooses them
 * (winnowing: Schleimer, Wilkerson and Aiken 2003, https://doi.org/10.1145/872757.872770). Names, texts and numbers are
 * taken as such, so renaming changes nothing; order within a cell hardly does. A fingerprint weighs the more the fewer
 * submissions have it, and nothing where many have it, since what the task asks of everybody tells little.
 */
import ts = require('typescript');

import { hash } from 'node:crypto';
import { tableText } from './table.js';

/** Nodes of a fingerprint, or words of prose: a shorter run, such as a short line, is noise. */
const gram = 8;

/** Of so many grams in a row one is kept, so a copy of `gram + window - 1` nodes is always found. */
const window = 4;

/** What somebody handed in. */
export interface HandedIn {
  readonly name: string;
  readonly answers: readonly Answer[];
}

/** One answer: code, or prose. */
export interface Answer {
  readonly exercise: string;
  readonly text: string;
  readonly isProse: boolean;
}

/** In how many submissions a fingerprint may stand: MOSS's default for its option `m`, or a tenth of a large class. */
const mostOwners = (submissions: number): number => Math.max(10, submissions / 10);

/** Two submissions that are alike. */
export interface Alike {
  readonly first: string;
  readonly second: string;
  /** Of the weight of the fingerprints of the shorter one, the share that stands in the other, 0 to 1. */
  readonly share: number;
  /** Fingerprints that both have. */
  readonly shared: number;
  /** The exercises where they are. */
  readonly exercises: readonly string[];
}

/**
 * Compares all submissions with each other; the solutions may be one of them.
 *
 * @param least Pairs below this share are left out; default .5.
 * @returns The most alike first.
 *
 * @example
 * alikeAnswers([ann, bob]).map(({ first, second, share }) => [first, second, share]) // [['ann', 'bob', .93]]
 */
export function alikeAnswers(handedIn: readonly HandedIn[], least = 0.5): Alike[] {
  const prints = handedIn.map(printsOf);
  const owners = new Map<string, number>();
  for (const own of prints) for (const print of own.keys()) owners.set(print, (owners.get(print) ?? 0) + 1);
  const most = mostOwners(handedIn.length);
  const weight = (print: string) => {
    const count = owners.get(print)!;
    return count > most ? 0 : Math.log((handedIn.length + 1) / count);
  };
  const sum = (some: Iterable<string>) => [...some].reduce((all, print) => all + weight(print), 0);
  const weights = prints.map((own) => sum(own.keys()));
  const pairs = prints.flatMap((own, a) =>
    prints.slice(a + 1).map((other, after): Alike => {
      const b = a + 1 + after;
      const both = [...own.keys()].filter((print) => other.has(print));
      const smaller = Math.min(weights[a]!, weights[b]!);
      return {
        first: handedIn[a]!.name,
        second: handedIn[b]!.name,
        share: smaller === 0 ? 0 : sum(both) / smaller,
        shared: both.length,
        exercises: [...new Set(both.map((print) => own.get(print)!))],
      };
    }),
  );
  return pairs.filter(({ share }) => share >= least).sort((a, b) => b.share - a.share || b.shared - a.shared);
}

/** The fingerprints of a submission, each with the exercise where it stands. */
function printsOf({ answers }: HandedIn): Map<string, string> {
  const found = new Map<string, string>();
  for (const { exercise, text, isProse } of answers)
    for (const print of winnowed(isProse ? wordsOf(text) : kindsOf(text))) found.set(print, exercise);
  return found;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The kinds of the nodes of code, each before those inside it; names, texts and numbers are all alike. */
function kindsOf(answer: string): string[] {
  const kinds: string[] = [];
  const visit = (node: ts.Node): void => {
    kinds.push(String(node.kind));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(ts.createSourceFile('answer.ts', answer, ts.ScriptTarget.ES2022, false), visit);
  return kinds;
}

function winnowed(pieces: readonly string[]): Set<string> {
  const grams = pieces
    .slice(0, Math.max(0, pieces.length - gram + 1))
    .map((_, at) => hash('sha1', pieces.slice(at, at + gram).join(' '), 'base64'));
  const kept = new Set<string>();
  for (let at = 0; at < grams.length; at++) {
    const near = grams.slice(at, at + window);
    kept.add(near.reduce((least, one) => (one <= least ? one : least)));
    if (at + window >= grams.length) break;
  }
  return kept;
}

/** The pairs as a table. */
export const similarCsv = (pairs: readonly Alike[]): string =>
  tableText(
    ['first', 'second', 'share', 'shared', 'exercises'],
    pairs.map(({ first, second, share, shared, exercises }) => [
      first,
      second,
      share.toFixed(2),
      shared,
      exercises.join(' '),
    ]),
  );
