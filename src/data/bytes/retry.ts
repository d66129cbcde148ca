/** Tries again, later each time, until something comes or it is clear that nothing will. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpResponse, RemoteOptions } from './http.js';

/** A failure that another attempt would only repeat. */
export class FinalError extends Error {}

/** A server that may answer otherwise next time. */
class Refused extends Error {
  constructor(
    message: string,
    /** What it asks to wait, milliseconds. */
    readonly wait: number,
  ) {
    super(message);
  }
}

/** Counts attempts that brought nothing. */
export interface Retries {
  /** After a failed attempt: waits, or throws the failure where it was the last. */
  readonly after: (error: unknown) => Promise<void>;
  /** Something came: the count starts anew. */
  readonly progress: () => void;
}

const longestWait = 30_000;

/** As many attempts as the options grant. */
export function retries({ attempts = 6, wait = 500, signal }: RemoteOptions): Retries {
  let failed = 0;
  return {
    after: async (error) => {
      signal?.throwIfAborted();
      if (error instanceof FinalError || ++failed >= attempts) throw error;
      const asked = error instanceof Refused ? error.wait : 0;
      const pause = Math.min(longestWait, Math.max(asked, wait * 2 ** (failed - 1)));
      try {
        await sleep(pause, undefined, signal ? { signal } : {});
      } finally {
        signal?.throwIfAborted();
      }
    },
    progress: () => {
      failed = 0;
    },
  };
}

/** What a status means that is no success. */
export function refusal({ status, headers }: HttpResponse): Error {
  const sentence = `the server answered ${status}`;
  if (status < 500 && ![408, 425, 429].includes(status)) return new FinalError(sentence);
  const seconds = Number(/^\s*(\d{1,6})\s*$/.exec(headers['retry-after'] ?? '')?.[1] ?? 0);
  return new Refused(sentence, 1000 * seconds);
}
