/** Writes GGUF files, sound ones and others: what is not said is as the format has it. */

/** A value with its type: `['u32', 7]`, `['list', 'text', ['a', 'b']]`. */
export type Typed = readonly [type: string, ...value: unknown[]];

/** A tensor; its place is the next one unless `offset` says otherwise. */
export interface TensorBytes {
  readonly name: string;
  /** Columns first. */
  readonly lengths: readonly (number | bigint)[];
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly offset?: bigint;
}

const types = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bool', 'text', 'list', 'u64', 'i64', 'f64'];

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
};

const text = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([u64(bytes.length), bytes]);
};

function value([type, ...given]: Typed): Buffer {
  const number = Buffer.alloc(8);
  const [first, second] = given;
  switch (type) {
    case 'text':
      return text(first as string);
    case 'bool':
      return Buffer.of(Number(first));
    case 'list': {
      const items = second as readonly unknown[];
      const nested = first === 'list';
      const bytes = items.map((item) =>
        value(nested ? (['list', ...(item as unknown[])] as Typed) : [first as string, item]),
      );
      return Buffer.concat([u32(types.indexOf(first as string)), u64(items.length), ...bytes]);
    }
    case 'f32':
      number.writeFloatLE(first as number);
      return number.subarray(0, 4);
    case 'f64':
      number.writeDoubleLE(first as number);
      return number;
    default:
      return u64(first as number).subarray(0, Number(type.slice(1)) / 8);
  }
}

const padded = (bytes: Buffer, to: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);

/** The bytes of a file. */
export function ggufBytes(
  metadata: Readonly<Record<string, Typed>> | readonly (readonly [string, Typed])[],
  tensors: readonly TensorBytes[] = [],
  { version = 3, alignment = 32 }: { readonly version?: number; readonly alignment?: number } = {},
): Buffer {
  const pairs = Array.isArray(metadata)
    ? (metadata as readonly (readonly [string, Typed])[])
    : Object.entries(metadata as Record<string, Typed>);
  const parts = [Buffer.from('GGUF'), u32(version), u64(tensors.length), u64(pairs.length)];
  for (const [key, typed] of pairs) parts.push(text(key), u32(types.indexOf(typed[0])), value(typed));
  let numbers: Buffer = Buffer.alloc(0);
  for (const { name, lengths, type, bytes, offset } of tensors) {
    const at = offset ?? BigInt(numbers.length);
    parts.push(text(name), u32(lengths.length), ...lengths.map(u64), u32(type), u64(at));
    numbers = padded(Buffer.concat([numbers, bytes]), alignment);
  }
  const head = Buffer.concat(parts);
  return tensors.length === 0 ? head : Buffer.concat([padded(head, alignment), numbers]);
}

/** A tensor of float32. */
export const floats = (name: string, lengths: readonly number[], data: Float32Array): TensorBytes => ({
  name,
  lengths,
  type: 0,
  bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});
