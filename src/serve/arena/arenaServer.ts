/** The arena on a port of this machine, which no other machine can reach. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createRandom, type Random } from '../../core/random.js';
import { readAnswers } from './answersFile.js';
import { createArenaApp } from './arenaApp.js';
import { openVotes } from './votes.js';

/** An arena that listens. */
export interface ArenaServer {
  /** Of the voting page. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Where the votes on a file of answers are kept. */
export const votesPath = (answers: string): string => `${answers}.votes.sqlite`;

/**
 * Lets a person vote on answers that models have given.
 *
 * @param path What `workbook arena answers` wrote; votes go beside it, into `PATH.votes.sqlite`.
 * @param options.port 0 for any that is free.
 * @throws {Error} If the answers or the votes cannot be read, another process has them open, or the port cannot be had.
 */
export async function startArena(
  path: string,
  { port, random = createRandom(randomInt(2 ** 31)) }: { readonly port: number; readonly random?: Random },
): Promise<ArenaServer> {
  const prompts = readAnswers(path);
  const votes = openVotes(votesPath(path));
  try {
    const app = createArenaApp({ prompts, votes, random });
    const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: async () => {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
        votes.close();
      },
    };
  } catch (error) {
    votes.close();
    throw error;
  }
}
