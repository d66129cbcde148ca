/** `workbook serve`: models for every program that speaks OpenAI's API, and a chat page. */
import { defineCommand, modelHelp } from '../command.js';

export const command = defineCommand({
  name: 'serve',
  summary: 'Serves models as OpenAI’s API does, with a chat page, on a port of this machine',
  takes: ['MODEL…', modelHelp],
  options: {
    port: { kind: 'whole', least: 0, default: 8080, help: 'Where it listens; 0 for any port that is free' },
    host: {
      kind: 'text',
      default: '127.0.0.1',
      help: 'The address; with 0.0.0.0 other machines reach it too',
    },
    'api-key': { kind: 'text', takes: 'KEY', help: 'What clients have to send; default $WORKBOOK_API_KEY' },
    size: { kind: 'size', default: 'nano', help: 'The size of base or chat, which are trained if need be' },
    packed: { kind: 'flag', help: 'Leaves the matrices of a .gguf file as they are stored' },
    slots: {
      kind: 'whole',
      help: 'Texts that are made at once; default 32, fewer where memory would not do',
    },
    context: { kind: 'whole', help: 'Longest text in tokens; default the model’s own, 4096 at most' },
    'max-queue': { kind: 'whole', least: 0, default: 256, help: 'Texts that may wait; one more is refused' },
    'max-body': { kind: 'whole', default: 2 ** 20, help: 'Longest request in bytes' },
    'max-seconds': { kind: 'seconds', default: 600, help: 'After them an answer ends as it is' },
  },
  examples: ['serve chat', 'serve run assistant.gguf --port 9000 --api-key secret'],
  run: async ({ values, positionals: models }) => {
    if (models.length === 0) throw new Error('Cannot serve: name a model');
    const { serveModels } = await import('./serveModels.js');
    const { size, packed, host, port, slots, context } = values;
    const apiKey = values['api-key'] ?? process.env.WORKBOOK_API_KEY;
    await serveModels(models, {
      size,
      packed,
      host,
      port,
      maxQueue: values['max-queue'],
      maxBodyBytes: values['max-body'],
      requestSeconds: values['max-seconds'],
      ...(apiKey && { apiKey }),
      ...(slots !== undefined && { slots }),
      ...(context !== undefined && { contextLength: context }),
    });
    return 0;
  },
});
