/**
 * Text widths straight from a TrueType file, so that legends and margins get the room that the drawn text takes.
 *
 * Only what measuring needs is read: the units, the line height, the character map and the advance widths. Left
 * out: kerning and ligatures, which the DejaVu fonts hardly use at these sizes.
 */

/** The measures of one font, all in parts of the font size. */
export interface Font {
  /** From the baseline up to the top of a line. */
  readonly ascent: number;
  /** From the baseline down to the bottom of a line. */
  readonly descent: number;
  /** Width of a text on one line. */
  readonly widthOf: (text: string) => number;
}

/**
 * Reads the measures of a TrueType font.
 *
 * @throws {SyntaxError} If the bytes lack one of the tables that measuring needs.
 *
 * @example
 * parseFont(readFileSync('DejaVuSans.ttf')).widthOf('il') // 0.556, two narrow letters
 */
export function parseFont(bytes: Uint8Array): Font {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = tableOffsets(view);
  const at = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined) throw new SyntaxError(`Cannot read font: expected a table "${name}", got none`);
    return offset;
  };
  const unitsPerEm = view.getUint16(at('head') + 18);
  const wideGlyphs = view.getUint16(at('hhea') + 34); // the glyphs after these share the last width
  const glyphs = characterMap(view, at('cmap'));
  const advance = (codePoint: number): number => {
    const glyph = glyphs(codePoint);
    if (glyph === 0) return 1; // not in this font: a fallback font will draw it, Chinese for one, about square
    return view.getUint16(at('hmtx') + 4 * Math.min(glyph, wideGlyphs - 1)) / unitsPerEm;
  };
  const widths = new Map<string, number>();
  const widthOfCharacter = (character: string): number => {
    const known = widths.get(character);
    if (known !== undefined) return known;
    const width = advance(character.codePointAt(0) ?? 0);
    widths.set(character, width);
    return width;
  };
  return {
    ascent: view.getInt16(at('hhea') + 4) / unitsPerEm,
    descent: -view.getInt16(at('hhea') + 6) / unitsPerEm,
    widthOf: (text) => [...text].reduce((sum, character) => sum + widthOfCharacter(character), 0),
  };
}

function tableOffsets(view: DataView): Map<string, number> {
  const offsets = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i;
    const name = [0, 1, 2, 3].map((k) => String.fromCharCode(view.getUint8(entry + k))).join('');
    offsets.set(name, view.getUint32(entry + 8));
  }
  return offsets;
}

/** Reads the Unicode map of the basic plane (format 4): code point to glyph, 0 where there is none. */
function characterMap(view: DataView, cmap: number): (codePoint: number) => number {
  const maps = Array.from({ length: view.getUint16(cmap + 2) }, (_, i) => view.getUint32(cmap + 8 + 8 * i));
  const offset = maps.find((map) => view.getUint16(cmap + map) === 4);
  if (offset === undefined) throw new SyntaxError('Cannot read font: expected a character map of format 4');
  const start = cmap + offset;
  const segments = view.getUint16(start + 6) / 2;
  const end = (i: number) => view.getUint16(start + 14 + 2 * i);
  const first = (i: number) => view.getUint16(start + 16 + 2 * (segments + i));
  const delta = (i: number) => view.getUint16(start + 16 + 2 * (2 * segments + i));
  return (codePoint) => {
    let i = 0;
    while (i < segments && end(i) < codePoint) i++;
    if (i === segments || codePoint > 0xffff || first(i) > codePoint) return 0;
    const rangeAt = start + 16 + 2 * (3 * segments + i);
    const range = view.getUint16(rangeAt);
    if (range === 0) return (codePoint + delta(i)) & 0xffff;
    const glyph = view.getUint16(rangeAt + range + 2 * (codePoint - first(i)));
    return glyph === 0 ? 0 : (glyph + delta(i)) & 0xffff;
  };
}
