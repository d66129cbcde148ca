/** What a cell shows, as Jupyter's messages. */
import type { EngineOutput } from '../output.js';
import type { Json } from './wire.js';

/**
 * The type and the content of the message for an output.
 *
 * @param executionCount The number of the cell that it belongs to.
 */
export function outputMessage(output: EngineOutput, executionCount: number): [type: string, content: Json] {
  if (output.type === 'stream') return ['stream', { name: output.name, text: output.text }];
  if (output.type === 'clear') return ['clear_output', { wait: output.wait }];
  const { data } = output;
  if (output.type === 'result')
    return ['execute_result', { data, metadata: {}, execution_count: executionCount }];
  const transient = output.id === undefined ? {} : { display_id: output.id };
  return [output.update ? 'update_display_data' : 'display_data', { data, metadata: {}, transient }];
}
