/** The expressions of an `execute_request`: small questions that a front end asks after a cell. */
import type { MimeBundle } from '../../core/display.js';
import type { EngineOutput } from '../output.js';
import type { Cells } from './cells.js';
import type { ExecuteRequest } from './executeRequest.js';
import { type ErrorContent, errorContent, thrownError } from './outputs.js';
import type { Json } from './wire.js';

/**
 * Evaluates expressions; one that fails does not touch the others.
 *
 * @param show Gets what they show besides their values.
 * @returns A MIME bundle or an error by name, as `execute_reply` has them.
 */
export async function evaluateExpressions(
  host: Cells,
  expressions: ExecuteRequest['expressions'],
  show: (output: EngineOutput) => void,
): Promise<Json> {
  const values: { [name: string]: Json } = {};
  for (const [name, source] of Object.entries(expressions)) {
    let data: MimeBundle = { 'text/plain': 'undefined' };
    const send = (output: EngineOutput) => {
      if (output.type === 'result') data = output.data;
      else show(output);
    };
    const error = errorContent(await host.execute(`(${source}\n)`, { send })) ?? noJson(data);
    values[name] = error ? { status: 'error', ...error } : { status: 'ok', data, metadata: {} };
  }
  return values;
}

/** A value may show itself as what JSON has no form for. */
function noJson(data: MimeBundle): ErrorContent | undefined {
  try {
    JSON.stringify(data);
    return undefined;
  } catch (error) {
    return thrownError(error);
  }
}
