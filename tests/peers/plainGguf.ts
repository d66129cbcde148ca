/** A GGUF file whose quantised weights are written out as float32, so that llama.cpp multiplies what we multiply. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { readGgufHead } from '../../src/model/files/gguf/ggufHead.js';
import { openGguf } from '../../src/model/files/gguf/openGguf.js';
import { openFile } from '../../src/model/files/openFile.js';

const number = (value: number, bytes: 4 | 8): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
};

/** Copies a file with the alignment of 32 that is usual; the metadata stay as they are, byte for byte. */
export function writePlainGguf(from: string, to: string): void {
  const bytes = openFile(from);
  const { tensors, end } = readGgufHead(bytes);
  const infoBytes = tensors.reduce(
    (sum, { name, lengths }) => sum + 8 + Buffer.byteLength(name) + 4 + 8 * lengths.length + 12,
    0,
  );
  const front = Buffer.alloc(end - infoBytes);
  bytes.fill(front, 0);
  bytes.close();
  let offset = 0;
  const infos = tensors.map(({ name, lengths }) => {
    const [own, size] = [offset, lengths.reduce((product, length) => product * length, 1)];
    offset += Math.ceil((4 * size) / 32) * 32;
    const text = Buffer.from(name);
    const shape = lengths.map((length) => number(length, 8));
    return Buffer.concat([
      number(text.length, 8),
      text,
      number(lengths.length, 4),
      ...shape,
      number(0, 4),
      number(own, 8),
    ]);
  });
  const padded = (data: Uint8Array) => Buffer.concat([data, Buffer.alloc((32 - (data.length % 32)) % 32)]);
  const handle = openSync(to, 'w');
  writeSync(handle, padded(Buffer.concat([front, ...infos])));
  const file = openGguf(from);
  for (const { name } of tensors) {
    const data = file.read(name);
    writeSync(handle, padded(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  }
  file.close();
  closeSync(handle);
}
