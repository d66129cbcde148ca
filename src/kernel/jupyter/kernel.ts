/**
 * The Jupyter kernel for TypeScript. This process speaks the protocol and computes nothing; the cells run in a
 * process of their own. So heartbeat, interrupts, completion and the rest are answered while a cell computes, and a
 * cell that takes its process down is told so, and the next one gets a fresh process.
 *
 * Left out: comms (there are no widgets), a debugger, and other machines: the sockets are this machine's own.
 */
import { startCellHost } from '../cellHost.js';
import { startLanguage } from '../language/index.js';
import { type Cells, startCells } from './cells.js';
import type { Connection } from './connection.js';
import { createHistory } from './history.js';
import { cellEnvironment } from './kernelspec.js';
import { createQuestions } from './questions.js';
import { createRequests } from './requests.js';
import { openSockets, type Sockets } from './sockets.js';

/** How to start a kernel. */
export interface KernelConfig {
  readonly connection: Connection;
  /** Where the notebook lies: cells run there, and imports are found from there. */
  readonly folder: string;
  /** Environment variables of the kernel and the cells. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes a sentence about what went wrong and belongs to no cell. */
  readonly log: (line: string) => unknown;
}

/** A kernel that is running. */
export interface Kernel {
  /** Ends the running cell with an error; its variables stay. */
  readonly interrupt: () => void;
  /** Ends the kernel, whatever it is doing. */
  readonly stop: () => void;
  /** The exit status: 0 where it was told to end, 1 where there is no process for the cells any more. */
  readonly ended: Promise<number>;
}

/**
 * Starts a kernel.
 *
 * @throws {Error} If it cannot listen where it should, or the process of the cells does not start.
 *
 * @example
 * const connection = readConnection('kernel.json');
 * const kernel = await startKernel({ connection, folder: process.cwd(), env: process.env, log: () => {} });
 * process.exitCode = await kernel.ended;
 */
export async function startKernel({ connection, folder, env, ...config }: KernelConfig): Promise<Kernel> {
  let over = false;
  const log: KernelConfig['log'] = (line) => over || config.log(line);
  const language = startLanguage({ folder });
  const start = () => startCellHost(folder, { env: cellEnvironment(env), lateErrors: 'own' });
  const starting = startCells(start, {
    onLost: (why) => {
      log(`The variables are lost: ${why}.`);
      language.forget();
    },
    onGone: async (why) => {
      log(`The cells are gone: ${why}.`);
      await requests.finished(); // the running cell is told
      end(1);
    },
  }); // it takes longer than the sockets
  const opening = openSockets(connection, log);
  const [host, sockets] = await both(starting, opening);
  const questions = createQuestions((content, to) => sockets.send('stdin', 'input_request', content, to));
  let end: (status: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = (status) => {
      if (over) return;
      over = true;
      host.stop();
      void language.close();
      void sockets.close().then(() => resolve(status));
    };
  });
  const stop = () => end(0);
  const { interrupt } = host;
  const session = { sockets, host, language, history: createHistory(), questions, env, log };
  const requests = createRequests(session, { interrupt, shutDown: stop });
  sockets.publish('status', { execution_state: 'starting' });
  sockets.listen(requests.handle);
  return { interrupt, stop, ended };
}

/** Both, or the error of one with the other one ended. */
async function both(
  starting: Promise<Cells>,
  opening: Promise<Sockets>,
): Promise<[host: Cells, sockets: Sockets]> {
  const [host, sockets] = await Promise.allSettled([starting, opening]);
  if (host.status === 'fulfilled' && sockets.status === 'fulfilled') return [host.value, sockets.value];
  if (host.status === 'fulfilled') host.value.stop();
  if (sockets.status === 'fulfilled') await sockets.value.close();
  throw host.status === 'rejected' ? host.reason : (sockets as PromiseRejectedResult).reason;
}
