/**
 * The cells of a session, one after the other. After an error the cells that are already waiting are answered with
 * `aborted` instead of being run, unless the failing request said otherwise; what is sent after the error's reply
 * always runs.
 */
import { setTimeout } from 'node:timers/promises';
import { runCell } from './cell.js';
import { readExecuteRequest } from './executeRequest.js';
import { thrownError } from './outputs.js';
import type { Session } from './session.js';
import type { Incoming } from './sockets.js';
import type { Json, Message } from './wire.js';

/** A front end sends "run all" as one burst: what is on its way when a cell fails belongs to it. In milliseconds. */
const burst = 20;

/** The queue of the cells. */
export interface Executions {
  readonly add: (channel: Incoming, message: Message) => void;
  /** The request that is being answered. */
  readonly running: () => Message | undefined;
  /** Resolves when no request is left. */
  readonly finished: () => Promise<void>;
}

interface Waiting {
  readonly channel: Incoming;
  readonly message: Message;
}

/** Makes an empty queue. */
export function createExecutions(session: Session): Executions {
  const { sockets } = session;
  const queue: Waiting[] = [];
  let count = 0;
  let running: Message | undefined;
  let work: Promise<void> | undefined;

  /** The reply's content, and whether the requests behind it are not to run. */
  const run = async (message: Message): Promise<{ reply: Json; stop: boolean }> => {
    try {
      const request = readExecuteRequest(message.content);
      const number = count + 1;
      if (request.storeHistory) count = number;
      const reply = await runCell(session, request, message, number);
      return { reply, stop: reply.status === 'error' && request.stopOnError };
    } catch (error) {
      return { reply: { status: 'error', execution_count: count, ...thrownError(error) }, stop: false };
    }
  };
  const busy = ({ message }: Waiting) => sockets.publish('status', { execution_state: 'busy' }, message);
  const reply = ({ channel, message }: Waiting, content: Json) => {
    sockets.send(channel, 'execute_reply', content, message);
    sockets.publish('status', { execution_state: 'idle' }, message);
  };
  const workOff = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      running = next.message;
      busy(next);
      const done = await run(next.message);
      if (done.stop) await setTimeout(burst);
      const aborted = done.stop ? queue.splice(0) : [];
      reply(next, done.reply);
      for (const one of aborted) {
        busy(one);
        reply(one, { status: 'aborted', execution_count: count });
      }
      running = undefined;
    }
    work = undefined;
  };
  return {
    add: (channel, message) => {
      queue.push({ channel, message });
      work ??= workOff();
    },
    running: () => running,
    finished: async () => work,
  };
}
