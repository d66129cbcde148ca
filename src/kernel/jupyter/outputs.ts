/** What a cell shows, and how it fails, as Jupyter's messages have it. */
import { messageOf } from '../../core/errors.js';
import type { CellReturn } from '../cellHost.js';
import type { EngineOutput } from '../output.js';
import { lost } from './cells.js';
import type { Json } from './wire.js';

/**
 * The type and the content of the message for an output.
 *
 * @param number The execution count of the cell that it belongs to.
 */
export function outputMessage(output: EngineOutput, number: number): [type: string, content: Json] {
  if (output.type === 'stream') return ['stream', { name: output.name, text: output.text }];
  if (output.type === 'clear') return ['clear_output', { wait: output.wait }];
  const { data } = output;
  if (output.type === 'result') return ['execute_result', { data, metadata: {}, execution_count: number }];
  const transient = output.id === undefined ? {} : { display_id: output.id };
  return [output.update ? 'update_display_data' : 'display_data', { data, metadata: {}, transient }];
}

/** An error as messages have it: a type, so that it spreads into their contents. */
export type ErrorContent = {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
};

/** The error that a cell came back with. */
export function errorContent(result: CellReturn): ErrorContent | undefined {
  if (result.type === 'done') {
    if (result.outcome.ok) return undefined;
    const { name, message, traceback } = result.outcome.error;
    return { ename: name, evalue: message, traceback };
  }
  return plainError(
    'ProcessEnded',
    lost(result.type === 'died' ? result.why : 'the time of this cell was over'),
  );
}

/** An error that needs no more words than its message. */
const plainError = (ename: string, evalue: string): ErrorContent => ({
  ename,
  evalue,
  traceback: [`${ename}: ${evalue}`],
});

/** Whatever was thrown where a request was handled. */
export const thrownError = (thrown: unknown): ErrorContent =>
  plainError(thrown instanceof Error ? thrown.name : 'Error', messageOf(thrown));
