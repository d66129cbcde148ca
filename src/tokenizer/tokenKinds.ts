/**
 * What a vocabulary can and cannot say, found without any model, as the first step of Land and Bartolo, "Fishing for
 * Magikarp" (2024). Whether a model ever learned a token is another question, which takes its weights.
 */
import type { Tokenizer } from './tokenizer.js';

/**
 * `whole`: characters that are encoded as this token; `part`: bytes that begin or end within a character;
 * `unreachable`: what no text is encoded to, since the splitting rule cuts it, or UTF-8 never uses its bytes;
 * `special`: added by code; `unused`: an id between the others that stands for nothing.
 */
export type TokenKind = 'whole' | 'part' | 'unreachable' | 'special' | 'unused';

/**
 * Tells what kind of token each id is. A few of those called `part` may be out of reach as well: to know that, all
 * texts would have to be tried.
 *
 * In GPT-4o's vocabulary 12 tokens of several bytes are unreachable, those that Land and Bartolo list.
 *
 * @returns The kind of each id, [vocabSize].
 *
 * @example
 * const kinds = tokenKinds(byteTokenizer());
 * [0x41, 0xc3, 0xff, 256].map((id) => kinds[id]) // ['whole', 'part', 'unreachable', 'special']
 */
export function tokenKinds(tokenizer: Tokenizer): TokenKind[] {
  const special = new Set(tokenizer.specialTokens.values());
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const kindOf = (_: unknown, id: number): TokenKind => {
    if (special.has(id)) return 'special';
    const bytes = tokenizer.tokenBytes(id);
    if (bytes.length === 0) return 'unused';
    if (bytes.some(isNeverUtf8)) return 'unreachable';
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch {
      return 'part';
    }
    const ids = tokenizer.encode(text);
    return ids.length === 1 && ids[0] === id ? 'whole' : 'unreachable';
  };
  return Array.from({ length: tokenizer.vocabSize }, kindOf);
}

/** 13 bytes that no character has: 0xC0 and 0xC1 would spell ASCII in two bytes, and 0xF5 up lie beyond U+10FFFF. */
const isNeverUtf8 = (byte: number): boolean => byte === 0xc0 || byte === 0xc1 || byte >= 0xf5;
