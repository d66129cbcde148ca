/** `workbook generate`: text from a model, shown as it is made. */
import { defineCommand } from './command.js';
import { endWhenInterrupted } from './interrupt.js';

export const command = defineCommand({
  name: 'generate',
  summary: 'Lets a model go on with a text, and shows it as it is made',
  options: {
    model: {
      kind: 'text',
      takes: 'PATH',
      help: 'The folder of a run, or a checkpoint with tokenizer.json beside it',
    },
    prompt: { kind: 'text', default: '', help: 'What it goes on with; default the beginning of a document' },
    tokens: { kind: 'whole', default: 200, help: 'Most of them' },
    temperature: {
      kind: 'number',
      default: 0.8,
      help: '0: always the likeliest; 1: as often as the model says',
    },
    'top-k': { kind: 'whole', help: 'Only so many of the likeliest tokens' },
    seed: { kind: 'whole', least: 0, default: 1, help: 'Another seed, another text' },
    samples: { kind: 'whole', default: 1, help: 'How many texts' },
  },
  examples: ['generate --model run --prompt "It was"', 'generate --model run --temperature 0 --tokens 50'],
  run: async ({ values: { model, ...options } }) => {
    endWhenInterrupted();
    if (model === undefined) throw new Error('Cannot generate: name a model with --model');
    const { textsFrom } = await import('./training/generating.js');
    for await (const piece of textsFrom(model, options)) process.stdout.write(piece);
    return 0;
  },
});
