/**
 * The process behind `runUntrusted`: says on descriptor 4 that it is there, reads code from 3, runs it, and writes on 4
 * what came of it. From where the code runs, nothing that this process says can be trusted.
 */
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { scriptCell } from '../kernel/scriptCells.js';
import { prepareCells } from './cellNames.js';
import { lockDown } from './lockDown.js';
import { frame, readMessage, writeMessage } from './pipeMessages.js';
import { plainGraph } from './plainData.js';

const { reallyExit: end } = process as unknown as { reallyExit: (status: number) => void }; // it will be taken away

/** The value as data or as text, or the error. */
async function run(code: string): Promise<object> {
  try {
    await runInThisContext(scriptCell(code).code, { filename: 'code.ts' });
    const settled = await value;
    const graph = plainGraph(settled);
    return graph ? { graph } : { text: textOf(settled) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${textOf(error)}` };
  }
}

/** As a notebook would show it, without the value's own code. */
const textOf = (shown: unknown): string =>
  inspect(shown, { customInspect: false, depth: 4, maxArrayLength: 100, maxStringLength: 10_000 });

let value: unknown;
prepareCells((last) => {
  value = last;
});
writeMessage(4, frame('ready'));
const code = String(readMessage(3));
const caller = new Socket({ fd: 3, readable: true, writable: false });
caller.on('close', () => end.call(process, 0)).on('error', () => end.call(process, 0)); // nobody waits any more
lockDown();
writeMessage(4, frame(await run(code)));
end.call(process, 0);
