/**
 * A ZeroMQ socket that takes messages at any time; the package's own throws while an earlier one waits. Nothing is
 * dropped for a slow reader: what a cell may print is limited where it is printed.
 */
import { Publisher, Router } from 'zeromq';
import { messageOf } from '../../core/errors.js';

/** A socket that listens. */
export interface Pipe {
  readonly bind: (endpoint: string) => Promise<void>;
  /** Sends a message behind those before it; a closed pipe drops it. */
  readonly send: (frames: Buffer[]) => void;
  /** Hands over what comes in, from now on; what came before waits for this. */
  readonly receive: (take: (frames: Buffer[]) => void) => void;
  /** Closes it; what was sent goes out first, for a second at most. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a pipe.
 *
 * @param kind `router`: messages come in and answers go out; `publisher`: everybody who listens gets all.
 * @param ipv6 Whether it listens on an address of IPv6.
 * @param log Gets a sentence about a message that cannot be sent.
 */
export function createPipe(kind: 'router' | 'publisher', ipv6: boolean, log: (line: string) => void): Pipe {
  const options = { sendHighWaterMark: 0, linger: 1000, ipv6 };
  const socket = kind === 'router' ? new Router(options) : new Publisher(options);
  const failed = (error: unknown) => log(`A message could not be sent: ${messageOf(error)}`);
  let open = true;
  let sent = Promise.resolve();
  return {
    bind: (endpoint) => socket.bind(endpoint),
    send: (frames) => {
      if (open) sent = sent.then(() => socket.send(frames)).catch(failed);
    },
    receive: (take) => {
      if (socket instanceof Router) void each(socket, take);
    },
    close: async () => {
      open = false;
      await sent;
      socket.close();
    },
  };
}

async function each(socket: Router, take: (frames: Buffer[]) => void): Promise<void> {
  for await (const frames of socket) take(frames);
}
