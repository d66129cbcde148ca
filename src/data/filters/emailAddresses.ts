/**
 * E-mail addresses by the expression of datatrove, read from each `@` outwards: the expression itself looks
 * at long runs of letters and dots again from every letter, so that a page without one `@` could take minutes.
 */

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const octet = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)';
const host = `(?:${label}\\.)+${label}|\\[(?:${octet}\\.){3}(?:${octet}|[a-z0-9-]*[a-z0-9]:)\\]`;
const local = /[a-z0-9!#$%&'*+/=?^_`{|}~.-]/;
const word = /[\p{L}\p{N}_]/u;

/**
 * Replaces every e-mail address by what `replacement` gives, called once for each.
 *
 * @param options.capitals Whether an address may hold capitals.
 */
export function replaceEmails(
  text: string,
  replacement: () => string,
  { capitals }: { readonly capitals: boolean },
): string {
  // Only these capitals, since others may change a text's length.
  const seen = capitals ? text.replace(/[A-Z]+/g, (some) => some.toLowerCase()) : text;
  const domain = new RegExp(host, 'y');
  let out = '';
  let done = 0;
  for (let at = seen.indexOf('@'); at >= 0; at = seen.indexOf('@', at + 1)) {
    const start = startOfLocal(seen, done, at);
    domain.lastIndex = at + 1;
    if (start === undefined || !domain.test(seen)) continue;
    out += text.slice(done, start) + replacement();
    done = domain.lastIndex;
    at = done - 1;
  }
  return out + text.slice(done);
}

/** Where the part before the `@` starts: as far left as it can, at the edge of a word, with no two dots in a row. */
function startOfLocal(text: string, from: number, at: number): number | undefined {
  if (text[at - 1] === '.') return undefined;
  let start: number | undefined;
  for (let place = at - 1; place >= from && local.test(text[place]!); place--) {
    if (text[place] === '.') {
      if (text[place - 1] === '.') break;
    } else if (isEdge(text, place)) start = place;
  }
  return start;
}

/** A word's edge as Python sees it, in any script. */
function isEdge(text: string, place: number): boolean {
  const before = place > 0 && word.test(characterBefore(text, place));
  return before !== word.test(text[place]!);
}

function characterBefore(text: string, place: number): string {
  const single = text[place - 1]!;
  return /[\uDC00-\uDFFF]/.test(single) && place > 1 ? text.slice(place - 2, place) : single;
}
