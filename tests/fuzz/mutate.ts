/** Damages bytes as disks, networks and people who mean harm do; the same seed gives the same damage. */
import { gzipSync } from 'node:zlib';
import type { Random } from '../../src/core/random.js';

const interesting = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const numbers = [
  '0',
  '-1',
  '1e308',
  '99999999999999999999',
  '2147483648',
  '0.5',
  '4294967295',
  '9007199254740993',
];
const nests = ['[', '{"a":', '<div>', '<p><table>', '((', '{"text":['];
/** 64 MB of zeros in 64 kB. */
let bomb: Buffer | undefined;

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const joined = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);
const place = (bytes: Buffer, random: Random): number => random.integer(bytes.length + 1);

const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let flips = 1 + random.integer(8); flips > 0 && copy.length > 0; flips--)
      copy[random.integer(copy.length)]! ^= 1 << random.integer(8);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, place(bytes, random));
  },
  function cutOut(bytes, random) {
    const at = place(bytes, random);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(200)));
  },
  function splice(bytes, random) {
    const [from, to] = [place(bytes, random), place(bytes, random)];
    const part = bytes.subarray(from, from + 1 + random.integer(2000));
    return joined(bytes.subarray(0, to), part, bytes.subarray(to));
  },
  function swapTails(bytes, random) {
    return joined(bytes.subarray(0, place(bytes, random)), bytes.subarray(place(bytes, random)));
  },
  function garbage(bytes, random) {
    const at = place(bytes, random);
    const noise = Buffer.from(Array.from({ length: 1 + random.integer(64) }, () => random.integer(256)));
    return joined(bytes.subarray(0, at), noise, bytes.subarray(at + noise.length));
  },
  function lengthField(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length < 8) return copy;
    const [value, at] = [interesting[random.integer(interesting.length)]!, random.integer(copy.length - 4)];
    if (random.integer(2) === 0) copy.writeUInt32LE(value, at);
    else copy.writeUInt16LE(value & 0xffff, at);
    return copy;
  },
  function footerField(bytes, random) {
    // Near the end, where zip-like formats keep their tables and parquet its metadata.
    const copy = Buffer.from(bytes);
    for (let hits = 1 + random.integer(4); hits > 0 && copy.length > 0; hits--)
      copy[copy.length - 1 - random.integer(Math.min(copy.length, 600))] = interesting[random.integer(5)]!;
    return copy;
  },
  function number(bytes, random) {
    const digits = [...bytes.toString('latin1').matchAll(/\d+/g)];
    const hit = digits[random.integer(Math.max(1, digits.length))];
    if (!hit) return bytes;
    const other = Buffer.from(numbers[random.integer(numbers.length)]!);
    return joined(bytes.subarray(0, hit.index), other, bytes.subarray(hit.index + hit[0].length));
  },
  function nest(bytes, random) {
    const at = place(bytes, random);
    const deep = Buffer.from(nests[random.integer(nests.length)]!.repeat(1 + random.integer(20_000)));
    return joined(bytes.subarray(0, at), deep, bytes.subarray(at));
  },
  function repeat(bytes, random) {
    const at = place(bytes, random);
    const part = bytes.subarray(at, at + 1 + random.integer(40));
    return joined(
      bytes.subarray(0, at),
      ...Array.from({ length: 1 + random.integer(5000) }, () => part),
      bytes.subarray(at),
    );
  },
  function zipBomb(bytes, random) {
    bomb ??= gzipSync(Buffer.alloc(64_000_000));
    const at = random.integer(2) === 0 ? 0 : place(bytes, random);
    return joined(bytes.subarray(0, at), bomb, bytes.subarray(at));
  },
  function nothing() {
    return Buffer.alloc(0);
  },
];

/** The bytes after one to four mutations, mostly one, named in their order; the large ones are rare. */
export function mutated(bytes: Buffer, random: Random): { readonly bytes: Buffer; readonly names: string } {
  let damaged = bytes;
  const names: string[] = [];
  for (let times = 1 + random.integer(1 + random.integer(4)); times > 0; times--) {
    const pick = random.integer(mutations.length);
    const isRare = pick >= mutations.length - 2;
    const mutation = mutations[isRare && random.integer(8) > 0 ? 0 : pick]!;
    damaged = mutation(damaged, random);
    names.push(mutation.name);
  }
  return { bytes: damaged, names: names.join(' ') };
}
