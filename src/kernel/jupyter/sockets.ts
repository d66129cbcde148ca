/**
 * The five ZeroMQ sockets of a kernel. Nothing is ever dropped for a slow reader: what a cell may print is limited
 * where it is printed.
 */
import { Publisher, Router } from 'zeromq';
import { messageOf } from '../../core/errors.js';
import type { Channel, Connection } from './connection.js';
import { createWire, type Json, type Message, type Wire } from './wire.js';

/** Channels on which a kernel is spoken to. */
export type Incoming = Exclude<Channel, 'iopub' | 'hb'>;

/** The open sockets. */
export interface Sockets {
  /** Hands over every message that is rightly signed, from now on; what came before waits for this. */
  readonly listen: (receive: (channel: Incoming, message: Message) => void) => void;
  /** Sends a message to whoever sent `to`. */
  readonly send: (channel: Incoming, type: string, content: Json, to: Message) => void;
  /** Tells everybody; `parent` is the request that it belongs to. */
  readonly publish: (type: string, content: Json, parent?: Message) => void;
  /** Closes the sockets; what was sent goes out first, for a second at most. */
  readonly close: () => void;
}

const options = { sendHighWaterMark: 0, linger: 1000 };

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
  const shared = { ...options, ipv6: ip.startsWith('[') };
  const iopub = new Publisher(shared);
  const heart = new Router(shared);
  const routers = { shell: new Router(shared), control: new Router(shared), stdin: new Router(shared) };
  const all = { ...routers, iopub, hb: heart };
  let open = true;
  const close = () => {
    open = false;
    for (const socket of Object.values(all)) socket.close();
  };
  const send = (socket: Publisher | Router, frames: Buffer[]) => {
    if (open) socket.send(frames).catch((error) => log(`A message could not be sent: ${messageOf(error)}`));
  };
  try {
    for (const [channel, socket] of Object.entries(all))
      await socket.bind(`tcp://${ip}:${ports[channel as Channel]}`);
  } catch (error) {
    close();
    throw new Error(`Cannot listen on ${ip}: ${messageOf(error)}`);
  }
  void each(heart, (frames) => send(heart, frames));
  return {
    listen: (receive) => {
      for (const [name, socket] of Object.entries(routers)) {
        void each(socket, (frames) => {
          const message = decoded(wire, frames, (why) => log(`A message on ${name} was dropped: ${why}`));
          if (message) receive(name as Incoming, message);
        });
      }
    },
    send: (channel, type, content, to) =>
      send(routers[channel], wire.encode(type, content, to, to.identities)),
    publish: (type, content, parent) => send(iopub, wire.encode(type, content, parent, [Buffer.from(type)])),
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

/** Hands over what comes in, until the socket is closed. */
async function each(socket: Router, take: (frames: Buffer[]) => void): Promise<void> {
  for await (const frames of socket) take(frames);
}
