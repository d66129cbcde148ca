/**
 * Special tokens spelled in a text. `encode` reads them as ordinary text; here the caller says which become their ids,
 * which are an error, and the rest stays text.
 */
import { checkText } from './engine/encoder.js';
import { namesPattern } from './engine/names.js';
import type { Tokenizer } from './tokenizer.js';

/** What happens to special tokens that a text spells. */
export interface SpecialsOptions {
  /** Names that become their ids; default `all` that are not refused. */
  readonly allowed?: 'all' | readonly string[];
  /** Names that must not occur: `all` means all that are not allowed by name. Default none. */
  readonly refused?: 'all' | readonly string[];
}

/**
 * Encodes a text in which special tokens are spelled, such as a chat template. A name that is neither allowed nor
 * refused is text, as it is for `encode`. Where one name begins with another, the longer one is read.
 *
 * @throws {RangeError} If the text has a refused name, or the tokenizer has no special token of a given name, or
 *   the names are no list.
 *
 * @example
 * encodeSpecials(byteTokenizer(), 'Hi<|endoftext|>') // [72, 105, 256]
 * encodeSpecials(byteTokenizer(), 'Hi', { refused: 'all' }) // [72, 105]
 */
export function encodeSpecials(tokenizer: Tokenizer, text: string, options: SpecialsOptions = {}): number[] {
  checkText(text);
  const { refused = [] } = options;
  const names = [...tokenizer.specialTokens.keys()];
  for (const [option, list] of Object.entries({ allowed: options.allowed ?? [], refused })) {
    if (list === 'all') continue;
    if (!Array.isArray(list)) fail(`${option} to be "all" or a list of names`, String(list));
    const unknown = list.find((name) => !tokenizer.specialTokens.has(name));
    if (unknown !== undefined) fail(`a special token of the tokenizer (${names.join(' ')})`, unknown);
  }
  const isRefused = (name: string) =>
    refused === 'all'
      ? options.allowed !== 'all' && !options.allowed?.includes(name)
      : refused.includes(name);
  const isAllowed = (name: string) =>
    !isRefused(name) &&
    (options.allowed === undefined || options.allowed === 'all' || options.allowed.includes(name));
  const wanted = names.filter((name) => isRefused(name) || isAllowed(name));
  if (wanted.length === 0) return tokenizer.encode(text);

  const pieces: number[][] = [];
  let done = 0;
  for (const { 0: name, index } of text.matchAll(namesPattern(wanted))) {
    if (isRefused(name)) fail(`no ${name} in the text`, `one at character ${index}`);
    pieces.push(tokenizer.encode(text.slice(done, index)), [tokenizer.specialTokens.get(name)!]);
    done = index + name.length;
  }
  pieces.push(tokenizer.encode(text.slice(done)));
  return pieces.flat();
}

function fail(expected: string, got: string): never {
  throw new RangeError(`Cannot encode special tokens: expected ${expected}, got ${got}`);
}
