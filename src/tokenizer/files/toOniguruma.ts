/**
 * A regular expression of JavaScript as Oniguruma has to read it, which Hugging Face's Rust library does: with the same
 * matches. What cannot be said in both is refused.
 */

// What JavaScript's \s is; Oniguruma's has U+0085 and lacks U+FEFF.
const white =
  '\\t\\n\\x0b\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const sets: { readonly [letter: string]: string } = { s: white, d: '0-9', w: 'A-Za-z0-9_' };
const controls: { readonly [letter: string]: string } = {
  n: '\\n',
  r: '\\r',
  t: '\\t',
  f: '\\f',
  v: '\\x0b',
};
const piece =
  /\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([pP])\{([^}]+)\}|\\k<\w+>|\\([\s\S])|\(\?<\w+>|\(\?<?[=!:]|[\s\S]/gu;

/**
 * Writes an expression for Oniguruma.
 *
 * @throws {RangeError} If it cannot be said there; the message says what.
 */
export function toOniguruma({ source, flags }: RegExp): string {
  const flag = flags.replace(/[dguy]/g, '')[0];
  if (flag !== undefined) cannot(`the flag ${flag}`);
  let inSet = false;
  let out = '';
  for (const [found, point, unit, byte, sign, name, letter] of source.matchAll(piece)) {
    const hex = point ?? unit ?? byte;
    if (hex !== undefined) {
      if (/^d[89a-f]/i.test(unit ?? '')) cannot(found);
      out += `\\x{${hex}}`;
    } else if (sign !== undefined) out += `\\${sign}{${propertyName(name!)}}`;
    else if (letter !== undefined) out += escaped(letter, inSet);
    else if (inSet) {
      if (found === ']') inSet = false;
      out += /[[&]/.test(found) ? `\\${found}` : found;
    } else {
      if (found === '[') inSet = true;
      out += { '.': '[^\\n\\r\\x{2028}\\x{2029}]', '^': '\\A', $: '\\z' }[found] ?? found;
    }
  }
  // Ruby reads these three otherwise.
  const other = /\{\d+\}\?/.exec(source) ?? /\[\]|\[\^\]/.exec(source);
  return other ? cannot(other[0]) : out;
}

function escaped(letter: string, inSet: boolean): string {
  const set = sets[letter.toLowerCase()];
  if (set !== undefined) {
    if (letter === letter.toLowerCase()) return inSet ? set : `[${set}]`;
    return inSet ? cannot(`[\\${letter}]`) : `[^${set}]`;
  }
  if (controls[letter]) return controls[letter];
  return /\w/.test(letter) ? cannot(`\\${letter}`) : `\\${letter}`;
}

function propertyName(name: string): string {
  const [, script] = /^(?:Script|sc)=(\w+)$/.exec(name) ?? [];
  const [, category] = /^(?:General_Category=|gc=)?([LMNPSZC][a-z]?)$/.exec(name) ?? [];
  return script ?? category ?? (name === 'White_Space' ? name : cannot(`\\p{${name}}`));
}

function cannot(what: string): never {
  throw new RangeError(
    `Cannot write a tokenizer.json: expected an expression that others read as we do, got ${what}`,
  );
}
