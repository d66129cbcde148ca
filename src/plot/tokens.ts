/**
 * Text with its tokens in colour. Everything that a token holds can be seen: spaces as `·`, newlines as `↵`, control
 * characters as their pictures, and bytes that are only a part of a character as hexadecimal numbers.
 */
import { inspect } from 'node:util';
import { displaySymbol } from '../core/display.js';
import { escapeHtml } from '../core/html.js';

/** What is needed of a token; `tokenPieces` makes them. */
export interface ShownToken {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** The name of a special token, shown instead of its bytes. */
  readonly name?: string;
}

/** What else is shown of tokens. */
export interface TokenViewOptions {
  /**
   * For each token 1 where it counts in a loss, 0 elsewhere: those that count are orange, the others grey; as text they
   * stand in square brackets. Default none: neighbours differ in colour.
   */
  readonly mask?: ArrayLike<number>;
}

/** Most tokens that are shown: in a notebook they take half a megabyte, and nobody looks at more. */
const mostShown = 5000;

/** A value that notebooks show as coloured text, and a terminal as text between bars. */
export interface TokenView {
  readonly tokens: readonly ShownToken[];
  readonly [displaySymbol]: () => { readonly 'text/html': string; readonly 'text/plain': string };
  readonly [inspect.custom]: () => string;
}

// Pale enough for black text on each; neighbours always differ.
const special = '#444;color:#fff';
const counted = { text: '#ffd08a', special: '#b35900;color:#fff' };
const uncounted = { text: '#ececec', special };
const colours = ['#cfe8ff', '#ffe2b8', '#d5f0c9', '#f6d0dc', '#e2d7f7'];

/**
 * Shows tokens as coloured text; the id stands in the tooltip. End a cell with it, or hand it to `show`. Of more than
 * 5,000 the first are shown, and how many follow.
 *
 * @throws {RangeError} If there is a mask, and not one entry for each token.
 *
 * @example
 * inspect(tokenView(tokenPieces(byteTokenizer(), 'to be'))) // '|t|o|·|b|e|'
 * inspect(tokenView(tokenPieces(byteTokenizer(), 'Hi'), { mask: [0, 1] })) // '|H|[i]|'
 */
export function tokenView(tokens: readonly ShownToken[], { mask }: TokenViewOptions = {}): TokenView {
  if (mask && mask.length !== tokens.length)
    throw new RangeError(
      `Cannot show tokens: expected a mask of ${tokens.length} entries, got ${mask.length}`,
    );
  return {
    tokens,
    [displaySymbol]: () => ({
      'text/html': tokenHtml(tokens, mask),
      'text/plain': tokenText(tokens, mask),
    }),
    [inspect.custom]: () => tokenText(tokens, mask),
  };
}

/** The tokens between bars. */
function tokenText(tokens: readonly ShownToken[], mask: ArrayLike<number> | undefined): string {
  const shown = tokens.slice(0, mostShown).map(visible);
  return `|${shown.map((text, nth) => (mask?.[nth] ? `[${text}]|` : `${text}|`)).join('')}${rest(tokens)}`;
}

/** What is said of the tokens that are not shown. */
const rest = ({ length }: readonly ShownToken[]): string =>
  length > mostShown ? ` … and ${(length - mostShown).toLocaleString('en')} more tokens` : '';

function tokenHtml(tokens: readonly ShownToken[], mask: ArrayLike<number> | undefined): string {
  const spans = tokens.slice(0, mostShown).map((token, nth) => {
    const text = visible(token);
    const style = `background:${colourOf(token, nth, mask)};padding:1px 0;border-radius:2px`;
    const title = `id ${token.id}, ${plural(token.bytes.length)}`;
    const breaks = token.bytes.filter((byte) => byte === 0x0a).length; // a newline is shown by its sign, and done as well
    return `<span style="${style}" title="${title}">${escapeHtml(text)}</span>${'<br>'.repeat(breaks)}`;
  });
  return `<div style="font-family:monospace;line-height:1.7;color:#111;overflow-wrap:anywhere">${spans.join('<wbr>')}${rest(tokens)}</div>`;
}

function colourOf({ name }: ShownToken, nth: number, mask: ArrayLike<number> | undefined): string {
  const kind = name === undefined ? 'text' : 'special';
  if (mask) return (mask[nth] ? counted : uncounted)[kind];
  return kind === 'special' ? special : colours[nth % colours.length]!;
}

const plural = (bytes: number): string => `${bytes} byte${bytes === 1 ? '' : 's'}`;

/** A token as characters that can all be seen. */
function visible({ bytes, name }: ShownToken): string {
  if (name !== undefined) return name;
  return characters(bytes)
    .map((part) => (typeof part === 'number' ? `‹${part.toString(16).toUpperCase()}›` : sign(part)))
    .join('');
}

/** Splits bytes into whole characters, and the bytes that belong to none. */
function characters(bytes: Uint8Array): (string | number)[] {
  const parts: (string | number)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const character = decodeStrictly(bytes.subarray(at, at + length));
    parts.push(character ?? first);
    at += character === undefined ? 1 : length;
  }
  return parts;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // not one whole character
  }
}

/** What stands for a character that would not be seen. */
function sign(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === ' ') return '·';
  if (character === '\n') return '↵';
  if (character === '\t') return '→';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  // Other spaces, joiners, direction marks, unassigned and private characters; a mark on its own needs a carrier.
  if (/[\p{Z}\p{C}]/u.test(character)) return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  return /\p{M}/u.test(character) ? `◌${character}` : character;
}
