/** `workbook publish`: puts the outputs of a whole run into the notebooks that it ran, ready to be committed. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChapters } from '../workbook/chapters.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import { withOutputs } from '../workbook/publish.js';
import type { Command } from './command.js';

export const command: Command = {
  usage: 'publish [FILE or chapter …] [--from DIR]',
  run: async (args) => {
    const options = { from: { type: 'string', default: 'out' } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    for (const { name, path } of findChapters(positionals)) {
      const executed = join(values.from, `${name}.ipynb`);
      writeNotebook(path, withOutputs(readNotebook(path), readNotebook(executed), executed));
      process.stdout.write(`${path}: outputs of ${executed}\n`);
    }
    return 0;
  },
};
