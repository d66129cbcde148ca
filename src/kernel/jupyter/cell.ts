/** One cell: runs its code, publishes what it shows, and makes the reply to its request. */
import { messageOf } from '../../core/errors.js';
import type { EngineOutput } from '../output.js';
import { findTypeErrors } from './checks.js';
import type { ExecuteRequest } from './executeRequest.js';
import { evaluateExpressions } from './expressions.js';
import { askedName, page } from './introspection.js';
import { type ErrorContent, errorContent, outputMessage } from './outputs.js';
import type { Session } from './session.js';
import type { Json, Message } from './wire.js';

/**
 * Runs a cell.
 *
 * @param message The message that asked for it: everything that the cell shows, however late, belongs to it.
 * @param number Its execution count.
 * @returns The content of `execute_reply`.
 */
export async function runCell(
  session: Session,
  request: ExecuteRequest,
  message: Message,
  number: number,
): Promise<Json> {
  const { code, silent, storeHistory } = request;
  const publish = (type: string, content: Json) => {
    if (!silent) session.sockets.publish(type, content, message);
  };
  let value: string | null = null;
  const show = (output: EngineOutput) => {
    if (output.type === 'result') value = String(output.data['text/plain'] ?? '');
    try {
      publish(...outputMessage(output, number));
    } catch (error) {
      // A value may show itself as what JSON has no form for.
      publish('stream', { name: 'stderr', text: `An output cannot be sent: ${messageOf(error)}\n` });
    }
  };
  publish('execute_input', { code, execution_count: number });
  const name = silent ? undefined : askedName(code);
  const error =
    name === undefined
      ? ((await findTypeErrors(session, request, show)) ??
        (await execute(session, request, message, number, show)))
      : undefined;
  if (storeHistory) session.history.add(number, code, value);
  if (error) {
    publish('error', error);
    return { status: 'error', execution_count: number, ...error, user_expressions: {}, payload: [] };
  }
  return {
    status: 'ok',
    execution_count: number,
    user_expressions: await evaluateExpressions(session.host, request.expressions, show),
    payload: name === undefined ? [] : [await page(session.language, name)],
  };
}

async function execute(
  { host, language, questions, log }: Session,
  { code, allowStdin }: ExecuteRequest,
  message: Message,
  number: number,
  send: (output: EngineOutput) => void,
): Promise<ErrorContent | undefined> {
  const ask = { ask: (question: Parameters<typeof questions.ask>[0]) => questions.ask(question, message) };
  const result = await host.execute(code, { send, number, ...(allowStdin && ask) });
  questions.forget(message);
  const error = errorContent(result);
  if (error?.ename !== 'SyntaxError')
    language.ran(code).catch((problem) => log(`A cell's names are not known: ${messageOf(problem)}`));
  return error;
}
