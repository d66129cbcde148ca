/** The process of the cells, and a fresh one where a cell, or somebody else, ended it. */
import { messageOf } from '../../core/errors.js';
import type { CellHost } from '../cellHost.js';

/** What the kernel does with the process of its cells. */
export type Cells = Pick<CellHost, 'execute' | 'interrupt' | 'stop'>;

/** What happens to it. */
export interface CellsEvents {
  /** The process ended, and with it all variables; a fresh one is being started. */
  readonly onLost: (why: string) => void;
  /** There is no fresh one. */
  readonly onGone: (why: string) => void;
}

/**
 * Starts the process of the cells.
 *
 * @param start Starts one process.
 * @throws {Error} If the first one does not start.
 */
export async function startCells(start: () => Promise<CellHost>, events: CellsEvents): Promise<Cells> {
  let stopped = false;
  let running = 0;
  let notice: string | undefined;
  const watch = (host: CellHost): CellHost => {
    let used = false;
    void host.ended.then((why) => {
      if (stopped) return;
      if (!used) return events.onGone(why); // the next one would do no better
      if (running === 0) notice = `Between cells ${lost(why)}.\n`;
      events.onLost(why);
      current = start().then(watch);
      current.catch((error) => events.onGone(messageOf(error)));
    });
    return {
      ...host,
      execute: (...cell) => {
        used = true;
        return host.execute(...cell);
      },
    };
  };
  let current = Promise.resolve(watch(await start()));
  return {
    execute: async (source, execution) => {
      running++;
      try {
        const host = await current;
        if (notice) execution.send({ type: 'stream', name: 'stderr', text: notice });
        notice = undefined;
        return await host.execute(source, execution);
      } finally {
        running--;
      }
    },
    interrupt: () => void current.then(({ interrupt }) => interrupt()),
    stop: () => {
      stopped = true;
      void current.then(({ stop }) => stop());
    },
  };
}

/** @param why As `CellHost.ended` says it. */
export const lost = (why: string): string =>
  `${why}: all variables are lost, and the next cell starts afresh`;
