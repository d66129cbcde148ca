/** Questions of a cell to its reader, over the stdin socket: one at a time, as front ends have one field for them. */
import type { Question } from '../messages.js';
import type { Message } from './wire.js';

/** The questions of a session. */
export interface Questions {
  /** Asks whoever sent the request; rejects where the request has ended. */
  readonly ask: (question: Question, request: Message) => Promise<string>;
  /** Takes an `input_reply`; says whether anybody waited for it. */
  readonly answer: (reply: Message) => boolean;
  /** A request has ended: its questions need no answer any more. */
  readonly forget: (request: Message) => void;
}

interface Waiting {
  readonly question: Question;
  readonly request: Message;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

/** @param send Sends `input_request` to whoever sent the request. */
export function createQuestions(
  send: (content: { readonly prompt: string; readonly password: boolean }, request: Message) => void,
): Questions {
  let waiting: readonly Waiting[] = []; // the first one has been asked
  const become = (next: readonly Waiting[]) => {
    const [before, first] = [waiting[0], next[0]];
    waiting = next;
    if (first && first !== before)
      send({ prompt: first.question.text, password: first.question.password }, first.request);
  };
  return {
    ask: (question, request) =>
      new Promise((resolve, reject) => become([...waiting, { question, request, resolve, reject }])),
    answer: ({ content }) => {
      const [first, ...rest] = waiting;
      first?.resolve(String(content.value ?? ''));
      become(rest);
      return first !== undefined;
    },
    forget: (request) => {
      const gone = waiting.filter((one) => one.request === request);
      become(waiting.filter((one) => one.request !== request));
      for (const { reject } of gone) reject(new Error('the cell has ended'));
    },
  };
}
