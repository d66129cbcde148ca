/** Takes each message to whoever answers it. Everything but cells is answered at once, whether one is running or not. */
import { createExecutions } from './executions.js';
import { kernelInfo } from './info.js';
import { complete, inspect, isComplete } from './introspection.js';
import { thrownError } from './outputs.js';
import type { Session } from './session.js';
import type { Incoming } from './sockets.js';
import type { Json, Message } from './wire.js';

/** What a front end can do to the kernel itself. */
export interface Control {
  readonly interrupt: () => void;
  readonly shutDown: () => void;
}

/** Takes messages. */
export interface Requests {
  readonly handle: (channel: Incoming, message: Message) => Promise<void>;
  /** Resolves when every cell is answered. */
  readonly finished: () => Promise<void>;
}

/** Makes what answers the messages of a session. */
export function createRequests(session: Session, control: Control): Requests {
  const { sockets, questions, log } = session;
  const executions = createExecutions(session);
  const answers = createAnswers(session, control);
  const status = (state: 'busy' | 'idle', message: Message) =>
    sockets.publish('status', { execution_state: state }, message);
  const handle: Requests['handle'] = async (channel, message) => {
    const { type } = message;
    if (type === 'execute_request') return executions.add(channel, message);
    if (type === 'input_reply') {
      if (!questions.answer(message)) log('An answer was ignored: no cell waits for one.');
      return;
    }
    const answer = answers[type];
    if (!answer) return log(`A message of the unknown type ${type} was ignored.`);
    status('busy', message);
    const content = await contentOf(answer, message, log);
    if (content) sockets.send(channel, type.replace(/_request$/, '_reply'), content, message);
    if (type === 'shutdown_request' && content) sockets.publish('shutdown_reply', content, message);
    status('idle', message);
    const cell = executions.running();
    if (cell) status('busy', cell); // for front ends that show the last state they heard of
    if (type === 'shutdown_request') control.shutDown();
  };
  return { handle, finished: executions.finished };
}

async function contentOf(answer: Answer, message: Message, log: Session['log']): Promise<Json | undefined> {
  try {
    const content = await answer(message);
    return content && { status: 'ok', ...content };
  } catch (error) {
    const content = thrownError(error);
    log(`A message of the type ${message.type} could not be answered: ${content.evalue}`);
    return { status: 'error', ...content };
  }
}

/** Makes the content of the reply; `undefined` where the protocol has none. */
type Answer = (message: Message) => Json | undefined | Promise<Json | undefined>;

function createAnswers(
  { language, history, sockets }: Session,
  control: Control,
): { readonly [type: string]: Answer } {
  const nothing = () => undefined;
  return {
    __proto__: null as never, // a type such as `toString` is no answer
    kernel_info_request: kernelInfo,
    complete_request: ({ content }) => complete(language, content),
    inspect_request: ({ content }) => inspect(language, content),
    is_complete_request: ({ content }) => isComplete(content),
    history_request: ({ content }) => history.answer(content),
    comm_info_request: () => ({ comms: {} }),
    comm_open: (message) => {
      // There is nobody here to talk to; a front end is told so by closing.
      sockets.publish('comm_close', { comm_id: message.content.comm_id, data: {} }, message);
      return undefined;
    },
    comm_msg: nothing,
    comm_close: nothing,
    interrupt_request: () => {
      control.interrupt();
      return {};
    },
    shutdown_request: ({ content }) => ({ restart: content.restart === true }),
    debug_request: ({ content }) => ({
      type: 'response',
      request_seq: content.seq ?? 0,
      command: content.command ?? '',
      success: false,
      message: 'This kernel has no debugger.',
      body: {},
    }),
  };
}
