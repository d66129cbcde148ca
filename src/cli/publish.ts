/** `workbook publish`: puts the outputs of a whole run into the notebooks that it ran, ready to be committed. */
import { join } from 'node:path';
import { findChapters } from '../workbook/chapters.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import { withOutputs } from '../workbook/publish.js';
import { defineCommand } from './command.js';

export const command = defineCommand({
  name: 'publish',
  summary: 'Puts the outputs of a whole run into the notebooks themselves, ready to be committed',
  takes: ['[NOTEBOOK…]', 'Files, folders or first letters of chapters; default all chapters'],
  options: {
    from: { kind: 'text', takes: 'DIR', default: 'out', help: 'Where the executed notebooks are' },
  },
  examples: ['publish 05'],
  run: ({ values, positionals }) => {
    for (const { name, path } of findChapters(positionals)) {
      const executed = join(values.from, `${name}.ipynb`);
      writeNotebook(path, withOutputs(readNotebook(path), readNotebook(executed), executed));
      process.stdout.write(`${path}: outputs of ${executed}\n`);
    }
    return 0;
  },
});
