/**
 * Bytes of a page to text. Servers and pages lie about their encoding, so the bytes have the last word: a byte order
 * mark wins, then the zeros of UTF-16, then what is valid UTF-8 is UTF-8, then what was declared, by the server first
 * and then by the page, then what the letters look like, then windows-1252 as browsers do.
 */
import chardet from 'chardet';

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
  const sure = byteOrderMark(bytes) ?? utf16Of(bytes);
  if (sure) return { text: new TextDecoder(sure).decode(bytes), charset: sure };
  const declared = declaredCharsets(bytes, contentType);
  const known = declared.flatMap(({ decoder }) => decoder ?? []);
  const [decoder] = known;
  const strange = declared.find(({ decoder }) => !decoder);
  const unknown = strange && `it says ${strange.label}, which is no known character set`;
  const utf8 = new TextDecoder('utf-8').decode(bytes);
  const bad = utf8.split('\uFFFD').length - 1;
  if (bad === 0) {
    const ascii = bytes.every((byte) => byte < 0x80);
    const charset = decoder?.encoding ?? 'utf-8';
    if (ascii && charset !== 'utf-8') return { text: textOf(bytes, decoder!), charset };
    const wrong =
      !ascii && charset !== 'utf-8' ? `it says ${declared[0]!.label} but its bytes are UTF-8` : unknown;
    return { text: utf8, charset: 'utf-8', ...(wrong ? { warning: wrong } : {}) };
  }
  if (decoder && decoder.encoding !== 'utf-8')
    return { text: textOf(bytes, decoder), charset: decoder.encoding };
  // More valid characters than broken ones: UTF-8 with a few broken bytes. Else an old page.
  const valid = (utf8.match(/[^\0-\x7f\uFFFD]/gu) ?? []).length;
  if (valid >= bad)
    return { text: utf8, charset: 'utf-8', warning: `${bad} of its characters are broken UTF-8` };
  const other = known.find(({ encoding }) => encoding !== 'utf-8') ?? guess(bytes);
  const notUtf8 = `its bytes are not UTF-8${decoder ? ', which it says' : ''}; read as ${other.encoding}`;
  return { text: textOf(bytes, other), charset: other.encoding, warning: unknown ?? notUtf8 };
}

/** Fewer letters outside of ASCII say nothing: in three of them every character set is likely. */
const leastLetters = 8;

/**
 * The character set that a page's letters speak for, where neither server nor page says one; windows-1252 where they say
 * nothing. Tags are left out, since they look like English.
 */
function guess(bytes: Uint8Array): TextDecoder {
  const western = new TextDecoder('windows-1252');
  const page = Buffer.from(bytes.subarray(0, headBytes)).toString('latin1');
  const text = page.replace(/<[^<>]*>/g, ' ');
  if ((text.match(/[\x80-\xff]/g)?.length ?? 0) < leastLetters) return western;
  const decoder = decoderOf(chardet.detect(Buffer.from(text, 'latin1')) ?? '');
  const isRead = decoder && !decoder.encoding.startsWith('utf-') && !decoder.decode(bytes).includes('\uFFFD');
  return isRead ? decoder : western;
}

/** What windows-1252 has from 0x80 to 0x9f, where Latin-1 has control characters. */
const westernSigns = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** As the decoder says, and as browsers do for windows-1252, which Node 20 reads as Latin-1. */
function textOf(bytes: Uint8Array, decoder: TextDecoder): string {
  const text = decoder.decode(bytes);
  return decoder.encoding === 'windows-1252'
    ? text.replace(/[\x80-\x9f]/g, (sign) => westernSigns[sign.charCodeAt(0) - 0x80]!)
    : text;
}

function byteOrderMark([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

/** UTF-16 without a mark: markup in it has a zero beside each letter, and no other page has zeros. */
function utf16Of(bytes: Uint8Array): string | undefined {
  const units = Math.min(512, bytes.length >> 1);
  const zeros = [0, 0];
  for (let at = 0; at < 2 * units; at++) if (bytes[at] === 0) zeros[at % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (odd > units / 4 && even === 0) return 'utf-16le';
  return even > units / 4 && odd === 0 ? 'utf-16be' : undefined;
}

/** What a page may say about itself stands so far in front. Browsers look at any `meta`, but slowly at a late one. */
const headBytes = 1 << 16;

/** A character set by its name in a page, and how it is read, where it is known. */
interface Declared {
  readonly label: string;
  readonly decoder: TextDecoder | undefined;
}

/** What the server says, then what the page does, in an XML declaration or a `meta` tag. */
function declaredCharsets(bytes: Uint8Array, contentType: string): readonly Declared[] {
  const head = headOf(Buffer.from(bytes.subarray(0, headBytes)).toString('latin1'));
  const found = [
    /charset\s*=\s*["']?\s*([\w:.-]{1,60})/i.exec(contentType),
    /^\s*<\?xml[^<>]+encoding\s*=\s*["']([\w:.-]{1,60})/i.exec(head),
    /<meta[^<>]+charset\s*=\s*["']?\s*([\w:.-]{1,60})/i.exec(head),
  ];
  const labels = found.flatMap((match) => match?.[1]?.toLowerCase() ?? []);
  // Without zeros the bytes are no UTF-16, whatever is said.
  return labels
    .map((label) => ({ label, decoder: decoderOf(label) }))
    .filter(({ decoder }) => !decoder?.encoding.startsWith('utf-16'));
}

/** What stands before the body, without comments. */
function headOf(start: string): string {
  let head = '';
  for (let at = 0; at < start.length; ) {
    const comment = start.indexOf('<!--', at);
    head += start.slice(at, comment < 0 ? undefined : comment);
    const end = comment < 0 ? -1 : start.indexOf('-->', comment + 4);
    at = end < 0 ? start.length : end + 3;
  }
  const body = head.search(/<body[\s>]/i);
  return body < 0 ? head : head.slice(0, body);
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
