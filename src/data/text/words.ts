/** How the rules see a text: as lines, and as pieces that come again. */

/** Tells a word from a mark: it holds a letter or a digit. */
export function isWord(piece: string): boolean {
  return /[\p{L}\p{N}]/u.test(piece);
}

let lastLined = '';
let lastLines: readonly string[] = [];

/** The lines that are not blank. The answer for the last text is kept, since several rules ask in turn. */
export function linesOf(text: string): readonly string[] {
  if (text !== lastLined) {
    lastLines = text.split('\n').filter((line) => line.trim() !== '');
    lastLined = text;
  }
  return lastLines;
}

/** How many pieces came before already, and how many characters they have in all. */
export interface Repeats {
  readonly count: number;
  readonly characters: number;
}

/**
 * Counts the pieces that are repeats of an earlier one.
 *
 * @example
 * repeatsOf(['a', 'bb', 'bb', 'bb']) // { count: 2, characters: 4 }
 */
export function repeatsOf(pieces: readonly string[]): Repeats {
  // Few pieces are alike in length and in one character, so few are compared or hashed whole.
  const seen = new Map<number, string | Set<string>>();
  let count = 0;
  let characters = 0;
  for (const piece of pieces) {
    const key = piece.length * 0x10000 + (piece.charCodeAt(piece.length >> 1) || 0);
    const like = seen.get(key);
    if (like === undefined) seen.set(key, piece);
    else if (like === piece || (typeof like !== 'string' && like.has(piece))) {
      count++;
      characters += piece.length;
    } else if (typeof like === 'string') seen.set(key, new Set([like, piece]));
    else like.add(piece);
  }
  return { count, characters };
}
