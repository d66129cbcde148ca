/** What a cell sends while it runs, as plain data that can cross to another process. */
import type { MimeBundle } from '../core/display.js';
import { Promise } from '../core/globals.js';

/** One output, in the order of Jupyter's messages. */
export type EngineOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'display'; readonly data: MimeBundle; readonly id?: string; readonly update?: boolean }
  | { readonly type: 'result'; readonly data: MimeBundle }
  /** Takes away what the cell has shown; with `wait`, when the next output comes. */
  | { readonly type: 'clear'; readonly wait: boolean };

/** Keeps outputs in order while some of them, pictures of figures, take time to make. */
export interface OutputQueue {
  readonly push: (output: EngineOutput | Promise<EngineOutput | undefined>) => void;
  /** Resolves when everything pushed so far was sent. */
  readonly drained: () => Promise<void>;
}

/**
 * @param send Receives the outputs in the order in which they were pushed; at once where nothing is waiting.
 * @param failed Receives what a rejected output was rejected with.
 */
export function createOutputQueue(
  send: (output: EngineOutput) => void,
  failed: (error: unknown) => void,
): OutputQueue {
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();
  return {
    push: (output) => {
      if (waiting === 0 && !(output instanceof Promise)) return send(output);
      waiting++;
      tail = Promise.all([output, tail])
        .then(([ready]) => ready && send(ready), failed)
        .then(() => {
          waiting--;
        });
    },
    drained: () => tail,
  };
}
