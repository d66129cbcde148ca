/** Cutting by regular expressions that are somebody's own: each match is a word, and so is what lies between two. */

/** Tells where each piece of a text ends, in order; the last at the end of the text. */
export type Cut = (text: string, see: (end: number) => void) => void;

/**
 * Makes a function that cuts by an expression. It reads code points, as with the flag `u`, and finds every match, as with
 * `g`. An empty match cuts nothing.
 *
 * @throws {RangeError} If it is no expression once it reads code points.
 */
export function cutByExpression(expression: RegExp): Cut {
  const pattern = inCodePoints(expression);
  return (text, see) => {
    pattern.lastIndex = 0;
    let done = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const end = pattern.lastIndex;
      if (match[0] === '') {
        pattern.lastIndex += text.codePointAt(end)! > 0xffff ? 2 : 1;
        continue;
      }
      if (match.index > done) see(match.index);
      see(end);
      done = end;
    }
    if (done < text.length) see(text.length);
  };
}

/** Cuts by several, one after the other: what each leaves whole, the next one sees alone. */
export function cutInTurn(cuts: readonly Cut[]): Cut {
  const [first, ...others] = cuts;
  if (!first) return (text, see) => text !== '' && see(text.length);
  if (others.length === 0) return first;
  const rest = cutInTurn(others);
  return (text, see) => {
    let start = 0;
    first(text, (end) => {
      const from = start;
      rest(text.slice(from, end), (inside) => see(from + inside));
      start = end;
    });
  };
}

function inCodePoints({ source, flags }: RegExp): RegExp {
  const others = flags.replace(/[dgyu]/g, '');
  try {
    return new RegExp(source, `${others}g${others.includes('v') ? '' : 'u'}`);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new RangeError(`Cannot split text: expected an expression that reads code points, got ${problem}`);
  }
}
