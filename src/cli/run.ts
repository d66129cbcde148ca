/** `workbook run`: runs notebooks headless, writes them with their outputs elsewhere, and makes the HTML book. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../core/errors.js';
import { duration } from '../core/progress.js';
import { bookOf, keepExecuted, leaveStudentCopy } from '../workbook/book/outFolder.js';
import { type Chapter, findChapters } from '../workbook/chapters.js';
import { type Notebook, readNotebook } from '../workbook/notebook.js';
import { type RunEvent, type RunOptions, type RunResult, runNotebook } from '../workbook/run.js';
import { defineCommand } from './command.js';
import { interruptedStatus, interruptSignal } from './interrupt.js';
import { type StatusLine, statusLine } from './status.js';
import { checkTarget } from './target.js';

export const command = defineCommand({
  name: 'run',
  summary: 'Runs notebooks from the first cell to the last, and makes a book of web pages of them',
  takes: ['[NOTEBOOK…]', 'Files, folders or first letters of chapters (05); default all chapters'],
  options: {
    size: {
      kind: 'size',
      help: 'How much is read and trained; default what the notebook says, nano in chapters',
    },
    out: { kind: 'text', takes: 'DIR', default: 'out', help: 'Where executed notebooks and the book go' },
    exercises: {
      kind: 'flag',
      help: 'Runs nothing: leaves notebooks to work in, with the solutions taken out',
    },
    'cell-limit': { kind: 'seconds', help: 'Longest time for a cell; default none' },
    limit: { kind: 'seconds', help: 'Longest time for a notebook; default none' },
  },
  examples: ['run', 'run 05 --size smoke', 'run 05 --exercises', 'run my/own.ipynb --limit 600'],
  run: ({ values, positionals }) => {
    const { size, limit, 'cell-limit': cellLimit } = values;
    const [chapters, out] = [findChapters(positionals), resolve(values.out)];
    if (values.exercises) return leaveExercises(chapters, out);
    return runChapters(chapters, out, {
      parameters: size === undefined ? {} : { size },
      ...(cellLimit !== undefined && { cellSeconds: cellLimit }),
      ...(limit !== undefined && { totalSeconds: limit }),
    });
  },
});

/** A chapter that was run, or that could not be read. */
interface Done {
  readonly name: string;
  readonly notebook?: Notebook;
  readonly result: RunResult;
}

/** Notebooks to work in. */
function leaveExercises(chapters: readonly Chapter[], out: string): number {
  for (const { name, path } of chapters) {
    const { target, fresh } = leaveStudentCopy(out, name, readNotebook(path));
    if (target === undefined) process.stdout.write(`${name}: it has no exercises\n`);
    else process.stdout.write(`${target}${fresh ? '' : ': it was there already and is as you left it'}\n`);
  }
  process.stdout.write(howToOpen);
  return 0;
}

const howToOpen = `Open a notebook in VS Code or Jupyter with the kernel "TypeScript (workbook)" (workbook kernel install),
write where it says YOUR CODE HERE, and run the cell with check below it; or edit it anywhere and use workbook run.
`;

async function runChapters(
  chapters: readonly Chapter[],
  out: string,
  config: Omit<RunOptions, 'folder' | 'signal'>,
): Promise<number> {
  for (const { name, path } of chapters) checkTarget(join(out, `${name}.ipynb`), path);
  const signal = interruptSignal();
  const status = statusLine();
  const start = performance.now();
  const done: Done[] = [];
  for (const chapter of chapters) {
    if (signal.aborted) break;
    const ran = await runChapter(chapter, { ...config, folder: chapter.folder, signal }, status);
    if (ran.notebook) keepExecuted(out, chapter.name, ran.notebook, ran.result);
    status.print(summary(ran));
    done.push(ran);
  }
  bookOf(out);
  status.close();
  const failed = chapters.length - done.filter(({ result }) => result.ok).length;
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${chapters.length - failed} of ${chapters.length} notebooks ran whole in ${duration(seconds)}.\n` +
      `Executed notebooks: ${out}\nBook: ${pathToFileURL(join(out, 'index.html')).href}\n`,
  );
  if (signal.aborted) return interruptedStatus;
  return failed === 0 ? 0 : 1;
}

async function runChapter({ name, path }: Chapter, config: RunOptions, status: StatusLine): Promise<Done> {
  status.print(`${name}: running`);
  let place = name;
  const nothing = { ok: false, cellsRun: 0, cellsNotRun: 0, seconds: 0 };
  try {
    for await (const event of runNotebook(readNotebook(path), config)) {
      if (event.type === 'cell') place = `${name}: cell ${event.nth} of ${event.total}`;
      if (event.type !== 'end') status.update(`${place}${stepOf(event)}`);
      if (event.type === 'end') return { name, notebook: event.notebook, result: event.result };
    }
    return { name, result: { ...nothing, problem: 'the run ended without a result' } };
  } catch (error) {
    return { name, result: { ...nothing, problem: messageOf(error) } };
  }
}

/** How far a cell says that it is, where it shows a bar. */
function stepOf(event: RunEvent): string {
  if (event.type !== 'output' || event.output.type !== 'display') return '';
  const text = event.output.data['text/plain'];
  return typeof text === 'string' && /^[^\n]*\d+\/\d+ \S+ \(\d+%\)[^\n]*$/.test(text) ? `, ${text}` : '';
}

function summary({ name, result: { ok, cellsRun, cellsNotRun, seconds, problem } }: Done): string {
  if (ok) return `${name}: ok, ${cellsRun} cells in ${duration(seconds)}`;
  const missed = cellsNotRun > 0 ? ` (${cellsRun} cells ran, ${cellsNotRun} did not)` : '';
  return `${name}: FAILED${missed}: ${problem ?? 'not every cell ran'}`;
}
