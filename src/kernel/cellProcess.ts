/**
 * The child process that runs one notebook's cells: an engine behind messages. It is a process of its own, so
 * that a cell which hangs, exits or exhausts the memory takes nothing else with it.
 */
import { Error, Map, Promise, process, WeakMap } from '../core/globals.js';
import { createEngine, type Engine } from './engine.js';
import { listenForInterrupts } from './interrupts.js';
import { listen } from './listeners.js';
import type { FromCellProcess, ToCellProcess } from './messages.js';
import type { EngineOutput } from './output.js';

const send = (message: FromCellProcess) => process.send?.(message);
/** The questions of each cell that wait, in the order in which they were asked: answers come in the same. */
const answers = new Map<number, { resolve: (text: string) => void; reject: (error: Error) => void }[]>();

/** The engine, and which of the parent's cells each receiver of outputs belongs to. */
let engine: Engine | undefined;
const cellOf = new WeakMap<object, number>();

function start({ folder, lateErrors }: Extract<ToCellProcess, { type: 'start' }>): void {
  process.chdir(folder);
  engine = createEngine({
    folder,
    lateErrors,
    ask: (question, receiver) =>
      new Promise((resolve, reject) => {
        const cell = cellOf.get(receiver)!;
        answers.set(cell, [...(answers.get(cell) ?? []), { resolve, reject }]);
        send({ type: 'ask', cell, question });
      }),
  });
  listenForInterrupts(4, { onInterrupt: engine.interrupt, beforeUnwinding: engine.forgetOrigins });
  send({ type: 'ready' });
}

async function execute({
  cell,
  source,
  js,
  number,
}: Extract<ToCellProcess, { type: 'execute' }>): Promise<void> {
  const receiver = (output: EngineOutput) => send({ type: 'output', cell, output });
  cellOf.set(receiver, cell);
  const outcome = await engine!.execute({ source, js }, receiver, number);
  send({ type: 'done', cell, outcome });
}

function answer({ cell, text, problem }: Extract<ToCellProcess, { type: 'answer' }>): void {
  const [waiting, ...others] = answers.get(cell) ?? [];
  answers.set(cell, others);
  if (text !== undefined) waiting?.resolve(text);
  else waiting?.reject(new Error(`Cannot ask: ${problem}`));
}

listen('message', (message: ToCellProcess) => {
  if (message.type === 'start') start(message);
  else if (message.type === 'answer') answer(message);
  else void execute(message);
});
listen('disconnect', () => process.exit()); // the runner is gone
listen('SIGINT', () => {}); // meant for the runner, which decides
