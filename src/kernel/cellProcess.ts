/**
 * The child process that runs one notebook's cells: an engine behind messages. It is a process of its own, so
 * that a cell which hangs, exits or exhausts the memory takes nothing else with it.
 */
import type { Question } from './cellHost.js';
import { type CellOutcome, createEngine } from './engine.js';
import type { EngineOutput } from './output.js';

/** To the child: where the notebook lies, once and first; then cells, one at a time, and answers to what they ask. */
export type ToCellProcess =
  | { readonly type: 'start'; readonly folder: string; readonly lateErrors: 'stray' | 'own' }
  | { readonly type: 'execute'; readonly cell: number; readonly source: string; readonly number?: number }
  | { readonly type: 'answer'; readonly cell: number; readonly text?: string; readonly problem?: string };

/** From the child; `cell` is the number that came with `execute`. */
export type FromCellProcess =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly cell: number; readonly output: EngineOutput }
  | { readonly type: 'ask'; readonly cell: number; readonly question: Question }
  | { readonly type: 'done'; readonly cell: number; readonly outcome: CellOutcome };

const send = (message: FromCellProcess) => process.send?.(message);

let engine: ReturnType<typeof createEngine> | undefined;
process.on('message', async (message: ToCellProcess) => {
  if (message.type === 'start') {
    process.chdir(message.folder);
    engine = createEngine({ folder: message.folder });
    send({ type: 'ready' });
    return;
  }
  if (message.type === 'answer') return;
  const { cell, source } = message;
  const outcome = await engine!.execute(source, (output) => send({ type: 'output', cell, output }));
  send({ type: 'done', cell, outcome });
});
process.on('disconnect', () => process.exit()); // the runner is gone
