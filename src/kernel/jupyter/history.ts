/** The cells of this session, as `history_request` asks for them. They are kept in memory: a restart forgets them. */
import type { Json } from './wire.js';

/** There is only this session. */
const session = 1;

interface Entry {
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

/** What was run, in order. */
export interface History {
  /** @param output The text of the cell's value; `null` without one. */
  readonly add: (line: number, input: string, output: string | null) => void;
  /** The content of the reply to a request for a tail, a range or a search. */
  readonly answer: (request: Json) => Json;
}

/**
 * Makes an empty history.
 *
 * @example
 * const history = createHistory();
 * history.add(1, 'const a = 1', null);
 * history.answer({ hist_access_type: 'tail', n: 1 }); // { history: [[1, 1, 'const a = 1']] }
 */
export function createHistory(): History {
  const entries: Entry[] = [];
  return {
    add: (line, input, output) => entries.push({ line, input, output }),
    answer: (request) => ({
      history: chosen(entries, request).map(({ line, input, output }) => [
        session,
        line,
        request.output === true ? [input, output] : input,
      ]),
    }),
  };
}

function chosen(entries: readonly Entry[], request: Json): readonly Entry[] {
  const { hist_access_type: type, session: asked, start, stop, n, pattern, unique } = request;
  if (type === 'range') {
    if (asked !== 0 && asked !== session) return []; // 0 is the running session
    return entries.filter(({ line }) => line >= number(start, 0) && line < number(stop, Infinity));
  }
  if (type === 'tail') return last(entries, number(n, 10));
  if (type !== 'search') throw new Error(`expected tail, range or search as hist_access_type, got ${type}`);
  const matches = globTest(typeof pattern === 'string' ? pattern : '*');
  const found = entries.filter(({ input }) => matches(input));
  return last(unique === true ? withoutRepeats(found) : found, number(n, Infinity));
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const last = (entries: readonly Entry[], n: number): readonly Entry[] => (n > 0 ? entries.slice(-n) : []);

/** Each input once, where it was run last. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const newest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => newest.get(entry.input) === entry);
}

/**
 * Whether a whole text matches a pattern in which `*` is any text and `?` any one character. It never goes back
 * further than the last `*`, so that no pattern takes long.
 */
function globTest(pattern: string): (text: string) => boolean {
  return (text) => {
    let at = 0; // in the text
    let nth = 0; // in the pattern
    let star = -1;
    let from = 0;
    while (at < text.length) {
      if (pattern[nth] === '*') {
        star = nth++;
        from = at;
      } else if (nth < pattern.length && (pattern[nth] === '?' || pattern[nth] === text[at])) {
        nth++;
        at++;
      } else if (star !== -1) {
        nth = star + 1;
        at = ++from;
      } else return false;
    }
    while (pattern[nth] === '*') nth++;
    return nth === pattern.length;
  };
}
