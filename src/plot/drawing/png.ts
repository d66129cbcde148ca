/** Pixels to a PNG file, the plainest way: eight-bit red, green, blue, alpha, no line filter, deflated. */
import { crc32, deflateSync } from 'node:zlib';

/** Pixels as red, green, blue, alpha bytes, row by row. */
export interface ImagePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Encodes pixels as a PNG file. */
export function encodePng({ width, height, data }: ImagePixels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // eight bits a channel, four channels
  const lines = Buffer.alloc((4 * width + 1) * height); // each line opens with the number of its filter, 0
  for (let row = 0; row < height; row++) {
    lines.set(data.subarray(4 * row * width, 4 * (row + 1) * width), (4 * width + 1) * row + 1);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
