/**
 * Jupyter's messages as they travel (messaging protocol 5.4): frames of JSON behind a signature. What is not signed
 * with the connection's key, or was already seen, is refused.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** The version of the messaging protocol that is spoken here. */
export const protocolVersion = '5.4';

/** A JSON object. */
export type Json = { readonly [name: string]: unknown };

/** A message that came in. */
export interface Message {
  /** Whom an answer goes to. */
  readonly identities: readonly Buffer[];
  /** The header as it came: answers carry it, byte for byte, as their parent. */
  readonly rawHeader: Buffer;
  readonly type: string;
  readonly content: Json;
}

/** Packs and unpacks the messages of one connection. */
export interface Wire {
  /**
   * The frames of a message.
   *
   * @param parent The message that this one belongs to; none for what the kernel says on its own.
   * @param address Frames before the delimiter: identities, or a topic.
   */
  readonly encode: (
    type: string,
    content: Json,
    parent: Message | undefined,
    address: readonly Buffer[],
  ) => Buffer[];
  /**
   * @throws {Error} If the frames are no message, or the signature is wrong or was seen before.
   */
  readonly decode: (frames: readonly Buffer[]) => Message;
}

const delimiter = Buffer.from('<IDS|MSG>');
const empty = Buffer.from('{}');
/** Signatures remembered to notice a message that is sent a second time. */
const remembered = 65_536;

/**
 * Makes the wire of a connection.
 *
 * @param key Secret of the signatures; empty for none.
 *
 * @example
 * const wire = createWire('secret');
 * wire.decode(wire.encode('status', { execution_state: 'idle' }, undefined, [])).type; // 'status'
 */
export function createWire(key: string): Wire {
  const session = randomUUID();
  const seen = new Set<string>();
  const sign = (parts: readonly Buffer[]): string => {
    if (key === '') return '';
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  };
  const check = (signature: string, parts: readonly Buffer[]): void => {
    if (key === '') return;
    const expected = Buffer.from(sign(parts));
    const got = Buffer.from(signature);
    if (got.length !== expected.length || !timingSafeEqual(got, expected)) throw new Error('wrong signature');
    if (seen.has(signature)) throw new Error('the message was already received');
    seen.add(signature);
    if (seen.size > remembered) seen.delete(seen.values().next().value!); // the oldest
  };
  return {
    encode: (type, content, parent, address) => {
      const header = {
        msg_id: randomUUID(),
        session,
        username: 'kernel',
        date: new Date().toISOString(),
        msg_type: type,
        version: protocolVersion,
      };
      const parts = [json(header), parent?.rawHeader ?? empty, empty, json(content)];
      return [...address, delimiter, Buffer.from(sign(parts)), ...parts];
    },
    decode: (frames) => {
      const at = frames.findIndex((frame) => frame.equals(delimiter));
      const [signature, header, parent, metadata, content] = frames.slice(at + 1);
      if (at === -1 || !signature || !header || !parent || !metadata || !content)
        throw new Error(`expected a delimiter and five frames behind it, got ${frames.length} frames`);
      check(signature.toString(), [header, parent, metadata, content]);
      const { msg_type: type } = object(header, 'header');
      if (typeof type !== 'string') throw new Error('the header names no msg_type');
      return {
        identities: frames.slice(0, at),
        rawHeader: header,
        type,
        content: object(content, 'content'),
      };
    },
  };
}

const json = (value: Json): Buffer => Buffer.from(JSON.stringify(value));

function object(frame: Buffer, what: string): Json {
  const value: unknown = JSON.parse(frame.toString());
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`expected a JSON object as ${what}, got ${JSON.stringify(value)}`);
}
