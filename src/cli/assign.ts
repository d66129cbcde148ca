/** `workbook assign`: makes the notebooks that students get. */
import { join, resolve } from 'node:path';
import { messageOf } from '../core/errors.js';
import { findChapters } from '../workbook/chapters.js';
import { assignment } from '../workbook/grading/assignment.js';
import { readNotebook, writeNotebook } from '../workbook/notebook.js';
import { defineCommand } from './command.js';
import { checkTarget } from './target.js';

export const command = defineCommand({
  name: 'assign',
  summary: 'Makes the notebooks that students get: without solutions, hidden tests and outputs',
  takes: ['[NOTEBOOK…]', 'Files, folders or first letters of chapters; default all chapters'],
  options: {
    out: { kind: 'text', takes: 'DIR', default: 'student', help: 'Where the copies go' },
    force: { kind: 'flag', help: 'Writes over copies that are there' },
  },
  examples: ['assign 02 --out homework'],
  run: ({ values, positionals }) => {
    const fresh = values.force ? undefined : 'a student may have changed it; --force writes over it';
    let failed = false;
    for (const { name, path } of findChapters(positionals)) {
      const target = resolve(values.out, `${name}.ipynb`);
      try {
        checkTarget(target, path, { fresh });
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
});
