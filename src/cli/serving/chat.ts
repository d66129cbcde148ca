/** `workbook chat`: a chat with a model in the terminal. */
import { defineCommand } from '../command.js';

export const command = defineCommand({
  name: 'chat',
  summary: 'Chats with a model in the terminal, or over a pipe: a line is a message',
  takes: [
    'MODEL',
    'chat, or a Hugging Face folder or .gguf file that has a chat template; /reset, /system TEXT and /quit are orders',
  ],
  options: {
    size: { kind: 'size', default: 'nano', help: 'The size of chat, which is trained if need be' },
    packed: { kind: 'flag', help: 'Leaves the matrices of a .gguf file as they are stored' },
    system: { kind: 'text', help: 'A message that stands before all others' },
    tools: {
      kind: 'flag',
      help: 'Lets the model search the base model’s documents and run code, where its template has marks for it',
    },
    tokens: { kind: 'whole', default: 256, help: 'Most of an answer' },
    temperature: { kind: 'number', help: '0: always the likeliest; default the model’s own, or 1' },
    'top-p': { kind: 'positive', help: 'Only the likeliest that have this share of the probability' },
    seed: { kind: 'whole', least: 0, default: 1, help: 'Another seed, other answers' },
  },
  examples: ['chat chat --size nano', 'chat assistant.gguf --temperature 0.7 --system "Be short."'],
  run: async ({ values, positionals: [model, more] }) => {
    if (model === undefined || more !== undefined) throw new Error('Cannot chat: expected one model');
    const { chatInTerminal } = await import('./terminal.js');
    const { 'top-p': topP, temperature, system, ...options } = values;
    return chatInTerminal(model, {
      ...options,
      ...(system !== undefined && { system }),
      drawing: { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) },
    });
  },
});
