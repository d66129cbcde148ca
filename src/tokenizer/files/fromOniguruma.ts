/**
 * The regular expressions of Hugging Face's files, which its Rust library reads as Oniguruma does, for JavaScript. What
 * has another meaning is spelled out: `\s`, `$`, possessive quantifiers, parts in any case. What is not known is refused.
 */

const syntax = /[\\^$.*+?()[\]{}|/]/;
const categories = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?)$/;
const controls: { readonly [letter: string]: string } = { n: '\\n', r: '\\r', t: '\\t', f: '\\f', v: '\\v' };
const sets: { readonly [letter: string]: string } = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
};
const groups = ['(?:', '(?=', '(?!', '(?<=', '(?<!', '(?i:', '(?>'];

/**
 * Reads an expression.
 *
 * @throws {Error} If it has something that is not known here; the message says what.
 */
export function fromOniguruma(source: string): RegExp {
  const reader = new Reader(source);
  const pattern = reader.alternatives(false);
  if (reader.rest !== '') unknown(reader.rest);
  return new RegExp(pattern, 'gu');
}

class Reader {
  private possessives = 0;

  constructor(public rest: string) {}

  /** Up to the end, or to the bracket that closes a group. */
  alternatives(anyCase: boolean): string {
    let out = '';
    while (this.rest !== '' && this.rest[0] !== ')') out += this.take('|') ? '|' : this.quantified(anyCase);
    return out;
  }

  private quantified(anyCase: boolean): string {
    let out = this.atom(anyCase);
    for (;;) {
      const [quantifier] = /^(?:[*+?]|\{\d*,?\d*\})/.exec(this.rest) ?? [];
      if (!quantifier) return out;
      this.take(quantifier);
      const isInterval = quantifier[0] === '{';
      if (isInterval && !/^\{\d+(,\d*)?\}$/.test(quantifier)) unknown(quantifier);
      if (isInterval && this.rest[0] === '?') unknown(`${quantifier}?`); // Ruby and JavaScript differ
      if (isInterval) out = `(?:${out}${quantifier})`;
      else if (this.take('?')) out = `(?:${out}${quantifier}?)`;
      else if (this.take('+')) out = this.possessive(`${out}${quantifier}`);
      else out = /^[*{]/.test(this.rest) ? `(?:${out}${quantifier})` : `${out}${quantifier}`;
    }
  }

  /** What is matched once is not tried otherwise. */
  private possessive(pattern: string): string {
    const name = `p${this.possessives++}`;
    return `(?:(?=(?<${name}>${pattern}))\\k<${name}>)`;
  }

  private atom(anyCase: boolean): string {
    if (this.rest[0] === '(') return this.group(anyCase);
    if (this.take('[')) return this.set(anyCase);
    if (this.take('.')) return '[^\\n]';
    if (this.take('^')) return '(?<![^\\n])'; // of a line
    if (this.take('$')) return '(?![^\\n])';
    if (/^[*+?{}\])]/.test(this.rest)) unknown(this.rest[0]!);
    const found = this.character(false);
    return anyCase && found.length === 1 ? `[${bothCases(found)}]` : found;
  }

  private group(anyCase: boolean): string {
    const open = groups.find((start) => this.take(start)) ?? (/^\((?!\?)/.test(this.rest) ? '(' : '');
    if (open === '') unknown(this.rest.slice(0, 4));
    if (open === '(') this.take('(');
    const inside = this.alternatives(anyCase || open === '(?i:');
    if (!this.take(')')) unknown(`${open} that nothing closes`);
    if (open === '(?>') return this.possessive(inside);
    return `${open === '(' || open === '(?i:' ? '(?:' : open}${inside})`;
  }

  private set(anyCase: boolean): string {
    let out = this.take('^') ? '[^' : '[';
    while (!this.take(']')) {
      if (this.rest === '') unknown('[ that nothing closes');
      if (this.rest[0] === '[' || this.rest.startsWith('&&')) unknown(this.rest.slice(0, 2));
      if (this.take('-')) {
        out += out === '[' || out === '[^' || this.rest[0] === ']' ? '\\-' : '-';
        if (anyCase) unknown('a range in any case');
      } else {
        const found = this.character(true);
        out += anyCase && found.length === 1 ? bothCases(found) : found;
      }
    }
    return `${out}]`;
  }

  /** One character, or a set of them behind a backslash. */
  private character(inSet: boolean): string {
    const [character = ''] = this.rest;
    this.take(character);
    if (character !== '\\') return syntax.test(character) ? `\\${character}` : character;
    const [, , hex] = this.match(/^(x\{([0-9a-fA-F]+)\}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4})/) ?? [];
    if (hex !== undefined) return `\\u{${hex}}`;
    const [, sign, not, name] = this.match(/^([pP])\{(\^?)(\w+)\}/) ?? [];
    if (sign !== undefined) return property((sign === 'P') !== (not === '^'), name!);
    const [letter = ''] = this.rest;
    this.take(letter);
    const known = controls[letter] ?? sets[letter];
    if (known) return known;
    if (letter === '' || /\w/.test(letter)) unknown(`\\${letter}`);
    return syntax.test(letter) || (inSet && letter === '-') ? `\\${letter}` : letter;
  }

  private match(pattern: RegExp): readonly string[] | undefined {
    const found = pattern.exec(this.rest);
    if (!found) return undefined;
    this.take(found[0]);
    if (/^[xu]/.test(found[0]) && found[2] === undefined) return [found[0], '', found[0].slice(1)];
    return found;
  }

  private take(start: string): boolean {
    if (start === '' || !this.rest.startsWith(start)) return false;
    this.rest = this.rest.slice(start.length);
    return true;
  }
}

function property(not: boolean, name: string): string {
  const pattern = `\\${not ? 'P' : 'p'}{${categories.test(name) ? name : `Script=${name}`}}`;
  try {
    new RegExp(pattern, 'u');
  } catch {
    unknown(`\\p{${name}}`);
  }
  return pattern;
}

/** A letter in both cases; the long s is an s, and the sign of Kelvin a k. */
function bothCases(character: string): string {
  if (/[^\0-\x7f]/.test(character)) unknown(`${character} in any case`);
  const [small, large] = [character.toLowerCase(), character.toUpperCase()];
  return small === large ? character : `${small}${large}${{ s: '\u017f', k: '\u212a' }[small] ?? ''}`;
}

function unknown(what: string): never {
  throw new Error(`${what} is not known here`);
}
