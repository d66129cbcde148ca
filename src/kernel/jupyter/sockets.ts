/** The five sockets of a kernel, with messages instead of frames; the heartbeat is answered here. */
import { messageOf } from '../../core/errors.js';
import type { Channel, Connection } from './connection.js';
import { createPipe } from './pipe.js';
import { createWire, type Json, type Message, type Wire } from './wire.js';

const incoming = ['shell', 'control', 'stdin'] as const;
/** Channels on which a kernel is spoken to. */
export type Incoming = (typeof incoming)[number];

/** The open sockets. */
export interface Sockets {
  /** Hands over every message that is rightly signed, from now on; what came before waits for this. */
  readonly listen: (receive: (channel: Incoming, message: Message) => void) => void;
  /** Sends a message to whoever sent `to`. */
  readonly send: (channel: Incoming, type: string, content: Json, to: Message) => void;
  /** Tells everybody; `parent` is the request that it belongs to. */
  readonly publish: (type: string, content: Json, parent?: Message) => void;
  /** Closes the sockets; what was sent goes out first, for a second at most. */
  readonly close: () => Promise<void>;
}

/**
 * Binds the sockets and answers the heartbeat.
 *
 * @param log Gets a sentence about every message that is dropped.
 * @throws {Error} If an address is taken.
 */
export async function openSockets(
  { ip, ports, key }: Connection,
  log: (line: string) => void,
): Promise<Sockets> {
  const wire = createWire(key);
  const router = () => createPipe('router', ip.startsWith('['), log);
  const iopub = createPipe('publisher', ip.startsWith('['), log);
  const routers = { shell: router(), control: router(), stdin: router() };
  const all = { ...routers, iopub, hb: router() };
  const close = async () => void (await Promise.all(Object.values(all).map((pipe) => pipe.close())));
  try {
    for (const [channel, pipe] of Object.entries(all))
      await pipe.bind(`tcp://${ip}:${ports[channel as Channel]}`);
  } catch (error) {
    await close();
    throw new Error(`Cannot listen on ${ip}: ${messageOf(error)}`);
  }
  all.hb.receive(all.hb.send);
  return {
    listen: (receive) => {
      for (const channel of incoming) {
        routers[channel].receive((frames) => {
          const message = decoded(wire, frames, (why) => log(`A message on ${channel} was dropped: ${why}`));
          if (message) receive(channel, message);
        });
      }
    },
    send: (channel, type, content, to) =>
      routers[channel].send(wire.encode(type, content, to, to.identities)),
    publish: (type, content, parent) => iopub.send(wire.encode(type, content, parent, [Buffer.from(type)])),
    close,
  };
}

function decoded(wire: Wire, frames: Buffer[], drop: (why: string) => void): Message | undefined {
  try {
    return wire.decode(frames);
  } catch (error) {
    drop(messageOf(error));
    return undefined;
  }
}
