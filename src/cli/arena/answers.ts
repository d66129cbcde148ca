/** `workbook arena answers`: several models answer the same prompts. */
import { existsSync } from 'node:fs';
import { defineCommand, modelHelp } from '../command.js';

export const command = defineCommand({
  name: 'arena answers',
  summary: 'Lets two models or more answer the same prompts, for arena vote',
  takes: ['MODEL MODEL…', modelHelp],
  options: {
    to: {
      kind: 'text',
      takes: 'FILE',
      default: 'answers.jsonl',
      help: 'Where the answers go, a line a prompt',
    },
    prompts: {
      kind: 'text',
      takes: 'FILE',
      help: 'A prompt on each line; default questions as the assistant of chapter 07 is asked',
    },
    count: { kind: 'whole', default: 50, help: 'Prompts that are asked, at most' },
    tokens: { kind: 'whole', default: 64, help: 'Longest answer' },
    temperature: { kind: 'number', default: 1, help: 'How freely words are chosen; 0 for the likeliest' },
    seed: { kind: 'whole', least: 0, default: 1, help: 'Draws prompts and answers' },
    size: { kind: 'size', default: 'nano', help: 'The size of base or chat, which are trained if need be' },
    overwrite: { kind: 'flag', help: 'Replaces the file' },
  },
  examples: ['arena answers base chat', 'arena answers chat other.gguf --prompts mine.txt --to mine.jsonl'],
  run: async ({ values, positionals: models }) => {
    const { to, prompts, overwrite, count, tokens, temperature, seed, size } = values;
    if (new Set(models).size < 2)
      throw new Error(`Cannot hold an arena: expected two models or more, got ${new Set(models).size}`);
    if (existsSync(to) && !overwrite)
      throw new Error(`Cannot write ${to}: it is there; --overwrite replaces it`);
    const { writeModelAnswers } = await import('./modelAnswers.js');
    await writeModelAnswers(to, models, { count, tokens, temperature, seed, size, prompts });
    process.stdout.write(`${to}\n`);
    return 0;
  },
});
