/** `workbook assign`: makes the notebooks that students get. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../core/errors.js';
import { findChapters } from '../workbook/chapters.js';
import { assignment } from '../workbook/grading/assignment.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import type { Command } from './command.js';

export const command: Command = {
  usage: 'assign [FILE or chapter …] [--out DIR] [--force]',
  run: async (args) => {
    const options = {
      out: { type: 'string', default: 'student' },
      force: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    let failed = false;
    for (const { name, path } of findChapters(positionals)) {
      const target = resolve(values.out, `${name}.ipynb`);
      try {
        checkTarget(target, path, values.force);
        const copy = assignment(readNotebook(path));
        writeNotebook(target, copy);
        const marks = copy.cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
        const points = marks.reduce((sum, { points: some = 0 }) => sum + some, 0);
        process.stdout.write(`${join(values.out, `${name}.ipynb`)}: ${points} points\n`);
      } catch (error) {
        failed = true;
        process.stderr.write(`${name}: ${messageOf(error)}\n`);
      }
    }
    return failed ? 1 : 0;
  },
};

function checkTarget(target: string, source: string, force: boolean): void {
  if (target === resolve(source))
    throw new Error(`Cannot write ${target}: it is the source itself; name another --out`);
  if (existsSync(target) && !force)
    throw new Error(
      `Cannot write ${target}: it exists, and a student may have changed it; --force writes over it`,
    );
}
