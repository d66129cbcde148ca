/** `workbook export`: a model as a file or a folder that other people's programs load. */
import { existsSync } from 'node:fs';
import { defineCommand, modelHelp } from '../command.js';

const types = ['F32', 'F16', 'BF16', 'Q8_0'] as const;

export const command = defineCommand({
  name: 'export',
  summary: 'Writes a model as a GGUF file for llama.cpp, or as a Hugging Face folder',
  takes: ['MODEL', modelHelp],
  options: {
    to: { kind: 'text', takes: 'PATH', help: 'FILE.gguf, or the folder' },
    type: {
      kind: 'text',
      takes: types.join('|'),
      default: 'F32',
      help: 'How weights are stored; Q8_0 in GGUF alone',
    },
    size: { kind: 'size', default: 'nano', help: 'The size of base or chat, which are trained if need be' },
    overwrite: { kind: 'flag', help: 'Replaces what is there' },
  },
  examples: [
    'export run --to whale.gguf --type Q8_0',
    'export chat --size nano --to assistant.gguf',
    'export base --to folder --type BF16',
  ],
  run: async ({ values: { to, type: named, size, overwrite }, positionals: [model, more] }) => {
    if (model === undefined || more !== undefined) throw new Error('Cannot export: expected one model');
    if (to === undefined) throw new Error('Cannot export: say where to with --to FILE.gguf or --to FOLDER');
    const type = types.find((one) => one === named);
    if (!type) throw new Error(`Cannot export: expected --type ${types.join(', ')}, got ${named}`);
    if (existsSync(to) && !overwrite)
      throw new Error(`Cannot write ${to}: it is there; --overwrite replaces it`);
    const { exportModel } = await import('./exportModel.js');
    await exportModel({ model, size, to, type });
    process.stdout.write(`${to}\n`);
    return 0;
  },
});
