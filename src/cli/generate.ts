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
      help: 'A run, a checkpoint with tokenizer.json beside it, a Hugging Face folder, or a .gguf file',
    },
    packed: {
      kind: 'flag',
      help: 'Leaves the matrices of a .gguf file as they are stored, which takes less memory',
    },
    prompt: { kind: 'text', default: '', help: 'What it goes on with; default the beginning of a document' },
    tokens: { kind: 'whole', default: 200, help: 'Most of them' },
    temperature: {
      kind: 'number',
      default: 0.8,
      help: '0: always the likeliest; 1: as often as the model says',
    },
    'top-k': { kind: 'whole', help: 'Only so many of the likeliest tokens' },
    'top-p': {
      kind: 'positive',
      help: 'Only the likeliest that have this share of the probability together',
    },
    'min-p': { kind: 'number', help: 'Only those with this share of the probability of the likeliest' },
    'repetition-penalty': { kind: 'positive', help: 'Above 1, what has come before comes less often' },
    stop: { kind: 'texts', help: 'Ends the text where this would come' },
    seed: { kind: 'whole', least: 0, default: 1, help: 'Another seed, another text' },
    samples: { kind: 'whole', default: 1, help: 'How many texts' },
  },
  examples: ['generate --model run --prompt "It was"', 'generate --model run --temperature 0 --tokens 50'],
  run: async ({
    values: { model, packed, prompt, tokens, temperature, stop, seed, samples, ...filters },
  }) => {
    endWhenInterrupted();
    if (model === undefined) throw new Error('Cannot generate: name a model with --model');
    const { textsFrom } = await import('./training/generating.js');
    const { 'top-k': topK, 'top-p': topP, 'min-p': minP, 'repetition-penalty': repetitionPenalty } = filters;
    const options = { packed, prompt, maxTokens: tokens, temperature, stop, seed, samples };
    const drawn = { ...(topK && { topK }), ...(topP && { topP }), ...(minP && { minP }) };
    const penalty = repetitionPenalty ? { repetitionPenalty } : {};
    for await (const piece of textsFrom(model, { ...options, ...drawn, ...penalty }))
      process.stdout.write(piece);
    return 0;
  },
});
