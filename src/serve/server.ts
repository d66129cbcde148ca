/** A server for models on a port of this machine. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { createBatcher } from './batcher/batcher.js';
import type { BatcherOptions } from './batcher/limits.js';
import { createApp } from './http/app.js';
import { isLoopback } from './http/guards.js';
import type { ServedModel } from './servedModel.js';

/** Where a server listens, and what it allows. */
export interface ServerOptions extends BatcherOptions {
  /** Default 127.0.0.1, which this machine alone can reach. */
  readonly host?: string;
  /** Default 8080, as llama.cpp's; 0 for any that is free. */
  readonly port?: number;
  /** What clients have to send; default none is needed. */
  readonly apiKey?: string;
  /** Longest body of a request; default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Seconds after which an answer ends as it is; default 600. */
  readonly requestSeconds?: number;
  /** Seconds in which headers have to arrive; a body has three times as long. Default 10. */
  readonly headerSeconds?: number;
  /** Seconds that answers which have begun may take once the server closes; default 30. */
  readonly closeSeconds?: number;
}

/** A server that listens. */
export interface ModelServer {
  /** As clients are given it, less `/v1`: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Refuses new requests, finishes what has begun, and resolves when the port is free. */
  readonly close: () => Promise<void>;
}

/**
 * Serves models as OpenAI's API does, with `/health`, `/metrics` and a chat page at `/`.
 *
 * @throws {RangeError} If there is no model, two have one name, or an option is out of range.
 * @throws {Error} If the port cannot be had.
 *
 * @example
 * const model = servedModel('tiny', { params, tokenizer, startIds: [256], stopIds: [256] });
 * const server = await startServer([model], { port: 0 });
 * const { data } = await (await fetch(`${server.url}/v1/models`)).json();
 * data.map(({ id }) => id) // ['tiny']
 * await server.close();
 */
export async function startServer(
  models: readonly ServedModel[],
  options: ServerOptions = {},
): Promise<ModelServer> {
  checkNames(models);
  const { host = '127.0.0.1', port = 8080, apiKey, maxBodyBytes = 2 ** 20 } = options;
  const { requestSeconds = 600, headerSeconds = 10, closeSeconds = 30 } = options;
  const created = Math.floor(Date.now() / 1000);
  const servings = models.map((model) => ({ model, batcher: createBatcher(model.params, options), created }));
  const isLocal = isLoopback(host);
  const app = createApp(servings, { maxBodyBytes, requestSeconds, apiKey, isLocal });
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: 1000 * headerSeconds,
      requestTimeout: 3000 * headerSeconds,
      connectionsCheckingInterval: 1000,
    },
  }) as Server;
  server.setTimeout(1000 * (requestSeconds + 30)); // of a reader who does not read
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: urlOf(server.address() as AddressInfo),
    close: async () => {
      const isDone = await Promise.race([
        app.finish().then(() => true),
        pause(1000 * closeSeconds, false, { ref: false }),
      ]);
      if (!isDone) app.cutShort();
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await Promise.race([closed, pause(1000, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

function checkNames(models: readonly ServedModel[]): void {
  const names = models.map(({ name }) => name);
  if (names.length === 0) throw new RangeError('Cannot serve: expected a model, got none');
  const twice = names.find((name, nth) => names.indexOf(name) < nth);
  if (twice !== undefined)
    throw new RangeError(`Cannot serve: expected models of different names, got ${twice} twice`);
}
