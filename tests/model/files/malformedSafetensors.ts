/** Files that are not what the safetensors format allows; the format's own reader in Python refuses each as well. */

/** The bytes of a file with this header, and so many zeros as numbers. */
export function safetensorsBytes(header: string | Buffer, body: number): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(body)]);
}

interface Malformed {
  readonly what: string;
  readonly header: string | Buffer;
  /** How many bytes lie behind the header. */
  readonly body: number;
}

const entry = (changed: object = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changed });
const one = (what: string, changed: object, body = 8): Malformed => ({
  what,
  header: JSON.stringify({ a: entry(changed) }),
  body,
});
const two = (what: string, offsets: readonly [number, number], body: number): Malformed => ({
  what,
  header: JSON.stringify({ a: entry(), b: entry({ data_offsets: offsets }) }),
  body,
});
const text = (what: string, header: string | Buffer, body = 8): Malformed => ({ what, header, body });
const good = JSON.stringify(entry());

export const malformed: readonly Malformed[] = [
  two('two tensors in one place', [0, 8], 8),
  two('tensors that overlap by a number', [4, 12], 12),
  two("tensors that overlap off the numbers' grid", [6, 14], 14),
  two('a hole between tensors', [12, 20], 20),
  one('a hole in front', { data_offsets: [8, 16] }, 16),
  one('100 bytes behind the end', {}, 108),
  one('one byte behind the end', {}, 9),
  text('numbers that no tensor owns', '{}', 8),
  one('numbers cut short', {}, 7),
  one('a fractional place', { data_offsets: [0.5, 8.5] }, 9),
  one('a negative place', { data_offsets: [-8, 0] }, 0),
  one('a place from end to start', { data_offsets: [8, 0] }),
  one('a place of three numbers', { data_offsets: [0, 8, 8] }),
  one('a place of one number', { data_offsets: [8] }),
  one('a place in text', { data_offsets: ['0', '8'] }),
  one('a place beyond every file', { data_offsets: [0, 2 ** 60] }),
  one('no place', { data_offsets: undefined }),
  one('a negative shape', { shape: [-1, -2] }),
  one('a fractional shape', { shape: [0.5, 4] }),
  one('a shape in text', { shape: ['2'] }),
  one('a shape that is no list', { shape: 2 }),
  one('a shape that overflows', { shape: [2 ** 32, 2 ** 32], data_offsets: [0, 0] }, 0),
  one('a shape of null', { shape: [null] }),
  one('a shape of more numbers than it has', { shape: [3] }),
  one('a type that does not exist', { dtype: 'F33' }),
  one('no type', { dtype: undefined }),
  one('a type that is a number', { dtype: 32 }),
  text('a tensor that is null', '{"a":null}'),
  text('a tensor that is a list', '{"a":[]}'),
  text('metadata of numbers', `{"__metadata__":{"step":7},"a":${good}}`),
  text('metadata that is text', `{"__metadata__":"7","a":${good}}`),
  text('metadata that is a list', `{"__metadata__":["7"],"a":${good}}`),
  text('a header that is a list', `[${good}]`),
  text('a header that is a number', '7'),
  text('a header with zeros behind its JSON', `{"a":${good}}\0\0`),
  text('a header of nothing', ''),
  text('a header that begins with a byte order mark', `\ufeff{"a":${good}}`),
  text('a header that is not JSON', `{"a":${good}`),
  text('a header that is not UTF-8', Buffer.from(`{"\xe9":${good}}`, 'latin1')),
  text(
    'a name twice, for two places',
    `{"a":${good},"a":${JSON.stringify(entry({ data_offsets: [8, 16] }))}}`,
    16,
  ),
];
