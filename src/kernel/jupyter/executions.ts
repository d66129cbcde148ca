/**
 * The cells of a session, one after the other. After an error the cells that are already waiting are answered with
 * `aborted` instead of being run, unless the failing request said otherwise; what is sent after the error's reply
 * always runs.
 */
import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../core/errors.js';
import { type CellRun, runCell, type Session } from './cell.js';
import type { Incoming } from './sockets.js';
import type { Json, Message } from './wire.js';

/** A front end sends "run all" as one burst: what is on its way when a cell fails belongs to it. In milliseconds. */
const burst = 20;

/** The queue of the cells. */
export interface Executions {
  readonly add: (channel: Incoming, request: Message) => void;
  /** The request that is running. */
  readonly running: () => Message | undefined;
  /** Resolves when nothing is running and nothing waits. */
  readonly finished: () => Promise<void>;
}

/** Makes an empty queue. */
export function createExecutions(session: Session): Executions {
  const { sockets } = session;
  let waiting: { readonly channel: Incoming; readonly request: Message }[] = [];
  let running: Message | undefined;
  let work: Promise<void> | undefined;

  const answer = async (channel: Incoming, request: Message, run: () => Promise<CellRun>) => {
    sockets.publish('status', { execution_state: 'busy' }, request);
    const { reply, stop } = await run();
    if (stop) await setTimeout(burst);
    const aborted = stop ? waiting.splice(0) : [];
    sockets.send(channel, 'execute_reply', reply, request);
    sockets.publish('status', { execution_state: 'idle' }, request);
    for (const one of aborted)
      await answer(one.channel, one.request, async () => ({ reply: abortedReply(session), stop: false }));
  };

  const workOff = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { channel, request } = next;
      running = request;
      await answer(channel, request, () => runCell(session, request).catch(failure));
      running = undefined;
    }
    work = undefined;
  };

  return {
    add: (channel, request) => {
      waiting = [...waiting, { channel, request }];
      work ??= workOff();
    },
    running: () => running,
    finished: async () => work,
  };
}

const abortedReply = ({ executionCount }: Session): Json => ({
  status: 'aborted',
  execution_count: executionCount(),
});

/** A request that could not be understood, or a fault of our own. */
const failure = (error: unknown): CellRun => ({
  reply: {
    status: 'error',
    ename: error instanceof Error ? error.name : 'Error',
    evalue: messageOf(error),
    traceback: [messageOf(error)],
  },
  stop: false,
});
