/** `workbook grade --watch`. */
import { statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Submission } from '../../workbook/grading/submissions.js';

/** Milliseconds in which a file that is being saved changes more than once. */
const settle = 300;

/** Grades a file again whenever it is saved; ends with an interrupt. */
export function watchAll(
  submissions: readonly Submission[],
  grade: (submission: Submission) => Promise<unknown>,
): Promise<number> {
  let last: Promise<unknown> = Promise.resolve(); // one after the other
  for (const submission of submissions) {
    let timer: NodeJS.Timeout | undefined;
    let seen = changedAt(submission.path);
    watch(dirname(submission.path), (_event, file) => {
      if (file !== basename(submission.path)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const now = changedAt(submission.path);
        if (now === seen || now === 0) return;
        seen = now;
        last = last.then(() => grade(submission));
      }, settle);
    });
  }
  process.stdout.write('Watching; Ctrl+C ends it.\n');
  return new Promise(() => {}); // an interrupt ends it
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
