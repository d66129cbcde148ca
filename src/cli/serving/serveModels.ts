/** A server from its start to the signal that ends it. */
import { selectBackend } from '../../backend/select.js';
import { disposeParams } from '../../model/params.js';
import { isLoopback } from '../../serve/http/guards.js';
import type { ServedModel } from '../../serve/servedModel.js';
import { type ServerOptions, startServer } from '../../serve/server.js';
import { interruptedStatus } from '../interrupt.js';
import { type ModelToServeOptions, modelToServe } from './modelToServe.js';

/** What is served, and where. */
export interface ServeModelsOptions extends ModelToServeOptions, ServerOptions {
  readonly host: string;
}

/**
 * Serves until the first interrupt or request to end, then finishes what has begun; a second ends it at once.
 *
 * @throws {Error} If a model cannot be loaded, or the port cannot be had.
 */
export async function serveModels(names: readonly string[], options: ServeModelsOptions): Promise<void> {
  await selectBackend();
  const models: ServedModel[] = [];
  for (const name of names) models.push(await modelToServe(name, options));
  const server = await startServer(models, options);
  const ended = new Promise<void>((resolve) => {
    let isEnding = false;
    const end = () => {
      if (isEnding) process.exit(interruptedStatus);
      isEnding = true;
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });
  if (!isLoopback(options.host) && options.apiKey === undefined)
    process.stderr.write(
      `Other machines may reach ${options.host}, and no key is asked for: whoever can connect can use the models. --api-key asks for one.\n`,
    );
  for (const { name, template } of models)
    if (!template) process.stderr.write(`${name} has no chat template: it goes on with texts alone.\n`);
  process.stdout.write(`Chat page: ${server.url}/\nOpenAI’s API: ${server.url}/v1\n`);
  await ended;
  process.stderr.write('Closing: answers that have begun are finished; once more ends at once.\n');
  await server.close();
  for (const { params } of models) disposeParams(params);
}
