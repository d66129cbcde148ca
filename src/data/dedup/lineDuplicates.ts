/**
 * Lines that stand in other documents as well: menus, notices, names of authors. CCNet (Wenzek et al. 2020, arXiv 1911.00359,
 * section 3.1) drops every line that came before, told by a hash of its text in lower case without digits, accents and
 * punctuation; Dolma (Soldaini et al. 2024, arXiv 2402.00159, section 3.1) does it with the lines as they stand.
 */
import { createHash } from 'node:crypto';
import type { Document } from '../document.js';
import { drop, type Filter, keep, keepAs, type Verdict } from '../filter.js';
import { simplifiedText } from '../text/simplifiedText.js';

/** What is compared. */
export interface LineDuplicatesOptions {
  /** Pieces are parted by line breaks or by blank lines; default `line`, both papers' paragraph. */
  readonly unit?: 'line' | 'paragraph';
  /** Whether capitals, digits, accents and marks make no difference, as in CCNet; default true. Dolma's is false. */
  readonly normalized?: boolean;
  /** Pieces of fewer words are left alone; default 1, so none. */
  readonly minWords?: number;
  /** A document with fewer characters left is dropped; default 1, so one with nothing left. */
  readonly minCharacters?: number;
}

/** CCNet's choice. */
export const lineDuplicatesDefaults: Required<LineDuplicatesOptions> = {
  unit: 'line',
  normalized: true,
  minWords: 1,
  minCharacters: 1,
};

/** What the filter, and the stage of a run, is called in a funnel. */
export const lineDuplicatesName = 'line duplicates';

/**
 * Makes a filter that cuts out the lines which an earlier document, or the same one, had already. It remembers the lines
 * that it has seen, about 100 bytes each; `filterCrawl` has the same as a stage whose memory does not grow.
 *
 * @throws {RangeError} If the unit is neither of the two.
 *
 * @example
 * const filter = lineDuplicates();
 * filter.judge({ id: 'a', text: 'The whale.\nPosted by Ishmael', metadata: {} }) // { keep: true }
 * filter.judge({ id: 'b', text: 'The sea.\nPosted by: ISHMAEL', metadata: {} })
 * // { keep: true, document: { id: 'b', text: 'The sea.', metadata: {} } }
 */
export function lineDuplicates(options: LineDuplicatesOptions = {}): Filter {
  const all = lineDuplicatesOptions(options);
  const seen = new Set<string>();
  const isRepeat = (key: string): boolean => seen.size === seen.add(key).size;
  return {
    name: lineDuplicatesName,
    judge: (document) => withoutPieces(document, all, isRepeat),
  };
}

/** The options with CCNet's where none is given, checked. */
export function lineDuplicatesOptions(options: LineDuplicatesOptions): Required<LineDuplicatesOptions> {
  const all = { ...lineDuplicatesDefaults, ...options };
  if (all.unit !== 'line' && all.unit !== 'paragraph')
    throw new RangeError(`Cannot compare lines: expected "line" or "paragraph" as unit, got "${all.unit}"`);
  return all;
}

/** The document without the pieces that `isRepeat` says are repeats; it is asked of each that is compared, in order. */
export function withoutPieces(
  document: Document,
  options: Required<LineDuplicatesOptions>,
  isRepeat: (key: string) => boolean,
): Verdict {
  const pieces = piecesOf(document.text, options);
  const left = pieces.filter((piece) => {
    const key = pieceKey(piece, options);
    return key === undefined || !isRepeat(key);
  });
  if (left.length === pieces.length) return keep;
  const text = left.join(options.unit === 'line' ? '\n' : '\n\n').trim();
  if (text.length < options.minCharacters)
    return drop('too little of its own', `${pieces.length - left.length} of ${pieces.length} came before`);
  return keepAs({ ...document, text });
}

/** The hashes of a text's pieces, of those that are compared; 16 bytes each, as text. */
export const pieceKeys = (text: string, options: Required<LineDuplicatesOptions>): string[] =>
  piecesOf(text, options).flatMap((piece) => pieceKey(piece, options) ?? []);

const piecesOf = (text: string, { unit }: Required<LineDuplicatesOptions>): string[] =>
  text.split(unit === 'line' ? '\n' : /\n[^\S\n]*(?:\n[^\S\n]*)+/);

function pieceKey(
  piece: string,
  { normalized, minWords }: Required<LineDuplicatesOptions>,
): string | undefined {
  const compared = normalized ? simplifiedText(piece) : piece.trim();
  if (compared === '' || (minWords > 1 && compared.split(/\s+/).length < minWords)) return undefined;
  return createHash('sha256').update(compared).digest('binary').slice(0, 16);
}
