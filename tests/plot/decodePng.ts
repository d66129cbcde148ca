/** Reads a PNG of eight-bit red, green, blue, alpha, as far as tests need it. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour at a place, as `#rrggbb`. */
  readonly colorAt: (x: number, y: number) => string;
  /** How many pixels have each colour. */
  readonly colors: ReadonlyMap<string, number>;
}

export function decodePng(png: Uint8Array): Pixels {
  const file = Buffer.from(png);
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
    }
  }
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), 4 * width, height);
  const colorAt = (x: number, y: number) =>
    `#${bytes.toString('hex', 4 * (y * width + x), 4 * (y * width + x) + 3)}`;
  const colors = new Map<string, number>();
  for (let i = 0; i < width * height; i++) {
    const color = colorAt(i % width, Math.floor(i / width));
    colors.set(color, (colors.get(color) ?? 0) + 1);
  }
  return { width, height, colorAt, colors };
}

/** Undoes PNG's line filters: none, left, up, average, Paeth. */
function unfilter(lines: Buffer, stride: number, height: number): Buffer {
  const bytes = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= 4 ? bytes[y * stride + x - 4]! : 0;
      const up = y > 0 ? bytes[(y - 1) * stride + x]! : 0;
      const corner = x >= 4 && y > 0 ? bytes[(y - 1) * stride + x - 4]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0]!;
      bytes[y * stride + x] = lines[y * (stride + 1) + 1 + x]! + guess;
    }
  }
  return bytes;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value)) as [
    number,
    number,
    number,
  ];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
