/**
 * A tokenizer whose symbols are given: the characters of a puzzle, the words of a small world, the moves of a game.
 * Nothing is learned and nothing unknown is let through. The longest symbol that fits comes first, from left to right;
 * there is no going back where that leads nowhere.
 */
import { createVocabulary } from './engine/vocabulary.js';
import type { Tokenizer } from './tokenizer.js';

const utf8 = new TextEncoder();

/**
 * Makes a tokenizer from symbols; their ids are their places.
 *
 * @param symbols Different texts, none of them empty. A blank between words is a symbol too, or part of one.
 * @param options.specialTokens Names that come after them, as an end or padding; `encode` never gives their ids.
 * @throws {RangeError} If a symbol is empty, is there twice, or is half a character; `encode` throws one where no symbol
 *   fits.
 *
 * @example
 * const { encode, decode, specialTokens } = symbolTokenizer(['a', 'ab', '='], { specialTokens: ['<|end|>'] });
 * encode('aba=') // [1, 0, 2]
 * decode([1, 0, 2]) // 'aba='
 * specialTokens.get('<|end|>') // 3
 */
export function symbolTokenizer(
  symbols: readonly string[],
  { specialTokens = [] }: { readonly specialTokens?: readonly string[] } = {},
): Tokenizer {
  const names = [...symbols, ...specialTokens];
  checkNames(names);
  const parts = symbols.map((symbol) => utf8.encode(symbol));
  const ends = Int32Array.from(parts, ({ length }) => length);
  for (let id = 1; id < ends.length; id++) ends[id]! += ends[id - 1]!;
  const specials = new Map(specialTokens.map((name, nth) => [name, symbols.length + nth]));
  const ids = new Map(symbols.map((symbol, id) => [symbol, id]));
  const longest = symbols.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    ...createVocabulary(Buffer.concat(parts), ends, specials),
    encode: (text) => {
      const found: number[] = [];
      for (let at = 0; at < text.length; ) {
        let length = longest;
        while (length > 0 && !ids.has(text.slice(at, at + length))) length--;
        if (length === 0) throw new RangeError(unknown(text, at));
        const symbol = text.slice(at, at + length);
        found.push(ids.get(symbol)!);
        at += symbol.length;
      }
      return found;
    },
  };
}

function checkNames(names: readonly string[]): void {
  for (const [nth, name] of names.entries()) {
    if (name === '') fail('symbols that are not empty', 'an empty one');
    if (names.indexOf(name) < nth) fail('each symbol once', `"${name}" twice`);
    if (Buffer.from(name).toString() !== name) fail('whole characters', `${JSON.stringify(name)}`);
  }
}

function unknown(text: string, at: number): string {
  const [character] = text.slice(at);
  return `Cannot encode "${text.length > 60 ? `${text.slice(0, 60)}…` : text}": no symbol fits at place ${at}, "${character}"`;
}

function fail(expected: string, got: string): never {
  throw new RangeError(`Cannot make a tokenizer: expected ${expected}, got ${got}`);
}
