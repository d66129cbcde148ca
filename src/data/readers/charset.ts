/**
 * Bytes of a page to text. Servers and pages lie about their encoding, so the bytes have the last word: a byte order
 * mark wins, then what is valid UTF-8 is UTF-8, then what was declared, then windows-1252 as browsers do.
 */

/** A page's text, how it was read, and what was wrong with what it said about itself. */
export interface Decoded {
  readonly text: string;
  readonly charset: string;
  readonly warning?: string;
}

/**
 * Decodes a page.
 *
 * @param contentType The HTTP header, for its `charset=`.
 *
 * @example
 * decodeHtml(new TextEncoder().encode('café'), 'text/html; charset=latin1')
 * // { text: 'café', charset: 'utf-8', warning: 'it says latin1 but its bytes are UTF-8' }
 */
export function decodeHtml(bytes: Uint8Array, contentType: string): Decoded {
  const mark = byteOrderMark(bytes);
  if (mark) return { text: new TextDecoder(mark).decode(bytes), charset: mark };
  const declared = declaredCharset(bytes, contentType);
  const decoder = declared ? knownDecoder(declared) : undefined;
  const unknown = declared && !decoder ? `it says ${declared}, which is no known character set` : undefined;
  const utf8 = new TextDecoder('utf-8').decode(bytes);
  const bad = utf8.split('\uFFFD').length - 1;
  if (bad === 0) {
    const ascii = bytes.every((byte) => byte < 0x80);
    const charset = decoder?.encoding ?? 'utf-8';
    if (ascii && charset !== 'utf-8') return { text: decoder!.decode(bytes), charset };
    const wrong = !ascii && charset !== 'utf-8' ? `it says ${declared} but its bytes are UTF-8` : unknown;
    return { text: utf8, charset: 'utf-8', ...(wrong ? { warning: wrong } : {}) };
  }
  if (decoder && decoder.encoding !== 'utf-8')
    return { text: decoder.decode(bytes), charset: decoder.encoding };
  // More valid characters than broken ones: UTF-8 with a few broken bytes. Else an old Western page.
  const valid = (utf8.match(/[^\0-\x7f\uFFFD]/gu) ?? []).length;
  if (valid >= bad)
    return { text: utf8, charset: 'utf-8', warning: `${bad} of its characters are broken UTF-8` };
  const warning =
    unknown ?? `its bytes are not UTF-8${declared ? ', which it says' : ''}; read as windows-1252`;
  return { text: new TextDecoder('windows-1252').decode(bytes), charset: 'windows-1252', warning };
}

function byteOrderMark([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

/** What the server says, or else a `meta` tag among the first 2,048 bytes. */
function declaredCharset(bytes: Uint8Array, contentType: string): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const found =
    /charset=["']?([\w:.-]+)/i.exec(contentType) ?? /<meta[^>]+charset=["']?([\w:.-]+)/i.exec(head);
  return found?.[1]?.toLowerCase();
}

function knownDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
