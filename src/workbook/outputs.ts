/** Collects what a cell sends into the outputs that a notebook stores. */
import type { EngineOutput } from '../kernel/output.js';
import type { CellError } from '../kernel/traceback.js';
import type { Output } from './notebook.js';

/** Outputs of all cells of one run; a display with an id may be changed from a later cell. */
export interface OutputStore {
  readonly add: (cell: number, output: EngineOutput, executionCount: number) => void;
  readonly addError: (cell: number, error: CellError) => void;
  /** The outputs of a cell, in nbformat's form. */
  readonly of: (cell: number) => Output[];
}

/** Makes an empty store; `cell` is any number that tells cells apart. */
export function createOutputStore(): OutputStore {
  const cells = new Map<number, Output[]>();
  const displays = new Map<string, { outputs: Output[]; at: number }[]>();
  const of = (cell: number): Output[] => {
    const outputs = cells.get(cell) ?? [];
    cells.set(cell, outputs);
    return outputs;
  };
  return {
    of,
    addError: (cell, { name, message, traceback }) => {
      of(cell).push({ output_type: 'error', ename: name, evalue: message, traceback });
    },
    add: (cell, output, executionCount) => {
      const outputs = of(cell);
      if (output.type === 'clear') {
        cells.set(cell, []); // a display that is shown anew later keeps its old, unseen list
        return;
      }
      if (output.type === 'stream') return addText(outputs, output.name, output.text);
      if (output.type === 'result') {
        const { data } = output;
        outputs.push({ output_type: 'execute_result', data, metadata: {}, execution_count: executionCount });
        return;
      }
      const { data, id, update } = output;
      const display: Output = { output_type: 'display_data', data, metadata: {} };
      const places = id === undefined ? [] : (displays.get(id) ?? []);
      if (update) for (const place of places) place.outputs[place.at] = display;
      else {
        outputs.push(display);
        if (id !== undefined) displays.set(id, [...places, { outputs, at: outputs.length - 1 }]);
      }
    },
  };
}

/** Text goes on in the stream output before it, as Jupyter's clients do. */
function addText(outputs: Output[], name: 'stdout' | 'stderr', text: string): void {
  const last = outputs.at(-1);
  if (last?.output_type === 'stream' && last.name === name) {
    outputs[outputs.length - 1] = { ...last, text: last.text + text };
  } else outputs.push({ output_type: 'stream', name, text });
}
