/** `workbook convert`: a notebook to a TypeScript file in percent format, or back. */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../core/files.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import { fromPercent, toPercent } from '../workbook/percent.js';
import type { Command } from './command.js';

export const command: Command = {
  usage: 'convert FROM.ipynb TO.ts | FROM.ts TO.ipynb',
  run: async ([from, to]) => {
    if (from?.endsWith('.ipynb') && to?.endsWith('.ts')) writeFileAtomic(to, toPercent(readNotebook(from)));
    else if (from?.endsWith('.ts') && to?.endsWith('.ipynb'))
      writeNotebook(to, fromPercent(readFileSync(from, 'utf8')));
    else throw new Error('Cannot convert: expected one .ipynb and one .ts file');
    return 0;
  },
};
