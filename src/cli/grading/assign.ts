/** `workbook assign`: makes the notebooks that students get. */
import { join, resolve } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { type Chapter, findChapters } from '../../workbook/chapters.js';
import { assignment } from '../../workbook/grading/assignment.js';
import { readStudents, seedOf } from '../../workbook/grading/students.js';
import { hasVariants, variantOf } from '../../workbook/grading/variants.js';
import { type Notebook, readNotebook, writeNotebook } from '../../workbook/notebook.js';
import { defineCommand } from '../command.js';
import { checkTarget } from '../target.js';

export const command = defineCommand({
  name: 'assign',
  summary: 'Makes the notebooks that students get: without solutions, hidden tests and outputs',
  takes: ['[NOTEBOOK…]', 'Files, folders or first letters of chapters; default all chapters'],
  options: {
    out: { kind: 'text', takes: 'DIR', default: 'student', help: 'Where the copies go' },
    students: {
      kind: 'text',
      takes: 'FILE',
      help: 'A CSV table with a column id: each gets a folder, and a seed of their own where the notebook has one',
    },
    force: { kind: 'flag', help: 'Writes over copies that are there' },
  },
  examples: ['assign 02 --out homework', 'assign exam.ipynb --students students.csv --out release'],
  run: ({ values, positionals }) => {
    const students = values.students === undefined ? undefined : readStudents(values.students);
    const fresh = values.force ? undefined : 'a student may have changed it; --force writes over it';
    let failed = false;
    for (const chapter of findChapters(positionals)) {
      try {
        const source = readNotebook(chapter.path);
        const copy = assignment(source);
        const copies = students?.map(({ id }) => ({ folder: id, copy: copyFor(id, chapter, copy) }));
        for (const { folder, copy: own } of copies ?? [{ folder: '', copy }]) {
          const target = resolve(values.out, folder, `${chapter.name}.ipynb`);
          checkTarget(target, chapter.path, { fresh });
          writeNotebook(target, own);
        }
        process.stdout.write(said(values.out, chapter, copy, students?.length));
      } catch (error) {
        failed = true;
        process.stderr.write(`${chapter.name}: ${messageOf(error)}\n`);
      }
    }
    return failed ? 1 : 0;
  },
});

const copyFor = (id: string, { name }: Chapter, copy: Notebook): Notebook =>
  hasVariants(copy) ? assignment(variantOf(copy, seedOf(id, name))) : copy;

function said(out: string, { name }: Chapter, copy: Notebook, students: number | undefined): string {
  const marks = copy.cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
  const points = marks.reduce((sum, { points: some = 0 }) => sum + some, 0);
  if (students === undefined) return `${join(out, `${name}.ipynb`)}: ${points} points\n`;
  const own = hasVariants(copy) ? ', each with a seed of its own' : '';
  return `${join(out, '*', `${name}.ipynb`)}: ${points} points, ${students} copies${own}\n`;
}
