/** `workbook convert`: a notebook to a TypeScript file in percent format, or back. */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../core/files.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import { fromPercent, toPercent } from '../workbook/percent.js';
import { defineCommand } from './command.js';

export const command = defineCommand({
  name: 'convert',
  summary: 'Turns a notebook into a TypeScript file in percent format, or back; outputs are not kept',
  takes: ['FROM TO', 'One .ipynb and one .ts file; the first is read, the second written'],
  options: {},
  examples: ['convert mine.ipynb mine.ts', 'convert mine.ts mine.ipynb'],
  run: ({ positionals: [from, to, ...more] }) => {
    if (from?.endsWith('.ipynb') && to?.endsWith('.ts') && more.length === 0)
      writeFileAtomic(to, toPercent(readNotebook(from)));
    else if (from?.endsWith('.ts') && to?.endsWith('.ipynb') && more.length === 0)
      writeNotebook(to, fromPercent(readFileSync(from, 'utf8')));
    else throw new Error('Cannot convert: expected one .ipynb and one .ts file');
    return 0;
  },
});
