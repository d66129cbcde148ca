/** `workbook eval`: measures a model on texts and on HellaSwag, and how much of these stands in its training text. */
import { defineCommand } from './command.js';

export const command = defineCommand({
  name: 'eval',
  summary: 'Measures a model: bits per byte, HellaSwag, and what of the test stands in the training text',
  options: {
    model: {
      kind: 'text',
      takes: 'PATH',
      help: 'The folder of a run, or a checkpoint with tokenizer.json beside it',
    },
    data: {
      kind: 'texts',
      takes: 'FILE',
      help: 'Texts: JSON lines, parquet, plain text, WET, packed or not',
    },
    hellaswag: { kind: 'text', takes: 'FILE', help: 'Items as published: hellaswag_val.jsonl' },
    train: { kind: 'texts', takes: 'FILE', help: 'Training text, in which texts and items are looked for' },
    limit: { kind: 'whole', help: 'Reads so many texts of each file, and items, and no more' },
    stride: { kind: 'whole', help: 'Tokens from window to window in a long text; default half a window' },
    json: { kind: 'flag', help: 'Writes one JSON object instead of lines' },
  },
  examples: [
    'eval --model base --data validation.jsonl --train train.jsonl',
    'eval --model base --hellaswag hellaswag_val.jsonl --limit 1000 --json',
  ],
  run: async ({ values }) => {
    const { model, data, hellaswag, train, limit, stride, json } = values;
    if (data.length === 0 && hellaswag === undefined)
      throw new Error('Cannot measure: name texts with --data, or items with --hellaswag');
    if (model === undefined && train.length === 0)
      throw new Error('Cannot measure: name a model with --model, or training text with --train');
    const { evaluation } = await import('./eval/evaluation.js');
    const report = await evaluation({ model, data, hellaswag, train, limit, stride });
    const { reportLines } = await import('./eval/report.js');
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportLines(report));
    return 0;
  },
});
