/** `workbook run`: runs notebooks headless, writes them with their outputs elsewhere, and makes the HTML book. */
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../core/errors.js';
import { duration } from '../core/progress.js';
import { checkSize } from '../core/size.js';
import { writeBook } from '../workbook/book/book.js';
import { type Chapter, findChapters } from '../workbook/chapters.js';
import { type Notebook, readNotebook, writeNotebook } from '../workbook/notebook.js';
import { type RunOptions, type RunResult, runNotebook } from '../workbook/run.js';
import type { Command } from './command.js';
import { type StatusLine, statusLine } from './status.js';

export const command: Command = {
  usage:
    'run [FILE or chapter …] [--size smoke|nano|small|gpu] [--out DIR] [--cell-limit SECONDS] [--limit SECONDS]',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        out: { type: 'string', default: 'out' },
        'cell-limit': { type: 'string' },
        limit: { type: 'string' },
      },
    });
    if (values.size !== undefined) checkSize(values.size);
    const parameters: RunOptions['parameters'] = values.size === undefined ? {} : { size: values.size };
    const cellSeconds = seconds('--cell-limit', values['cell-limit']);
    const totalSeconds = seconds('--limit', values.limit);
    const limits = { ...(cellSeconds && { cellSeconds }), ...(totalSeconds && { totalSeconds }) };
    return runChapters(findChapters(positionals), resolve(values.out), { parameters, ...limits });
  },
};

/** A chapter that was run, or that could not be read. */
interface Done {
  readonly name: string;
  readonly notebook?: Notebook;
  readonly result: RunResult;
}

async function runChapters(
  chapters: readonly Chapter[],
  out: string,
  config: Omit<RunOptions, 'folder' | 'signal'>,
): Promise<number> {
  for (const { name, path } of chapters) checkTarget(join(out, `${name}.ipynb`), path);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const status = statusLine();
  const start = performance.now();
  const done: Done[] = [];
  for (const chapter of chapters) {
    if (interrupt.signal.aborted) break;
    const { folder, signal } = { folder: dirname(chapter.path), signal: interrupt.signal };
    const ran = await runChapter(chapter, { ...config, folder, signal }, status);
    if (ran.notebook) writeNotebook(join(out, `${chapter.name}.ipynb`), ran.notebook);
    status.print(summary(ran));
    done.push(ran);
  }
  writeChapters(out, done);
  status.close();
  const failed = chapters.length - done.filter(({ result }) => result.ok).length;
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${chapters.length - failed} of ${chapters.length} notebooks ran whole in ${duration(seconds)}.\n` +
      `Executed notebooks: ${out}\nBook: ${pathToFileURL(join(out, 'index.html')).href}\n`,
  );
  if (interrupt.signal.aborted) return 130;
  return failed === 0 ? 0 : 1;
}

async function runChapter({ name, path }: Chapter, config: RunOptions, status: StatusLine): Promise<Done> {
  status.print(`${name}: running`);
  const nothing = { ok: false, cellsRun: 0, cellsNotRun: 0, seconds: 0 };
  try {
    for await (const event of runNotebook(readNotebook(path), config)) {
      if (event.type === 'cell') status.update(`${name}: cell ${event.nth} of ${event.total}`);
      if (event.type === 'end') return { name, notebook: event.notebook, result: event.result };
    }
    return { name, result: { ...nothing, problem: 'the run ended without a result' } };
  } catch (error) {
    return { name, result: { ...nothing, problem: messageOf(error) } };
  }
}

function summary({ name, result: { ok, cellsRun, cellsNotRun, seconds, problem } }: Done): string {
  if (ok) return `${name}: ok, ${cellsRun} cells in ${duration(seconds)}`;
  const missed = cellsNotRun > 0 ? ` (${cellsRun} cells ran, ${cellsNotRun} did not)` : '';
  return `${name}: FAILED${missed}: ${problem ?? 'not every cell ran'}`;
}

function writeChapters(out: string, done: readonly Done[]): void {
  const chapters = done.flatMap(({ name, notebook, result }) => {
    const { ok, seconds, problem } = result;
    return notebook ? [{ name, notebook, ok, seconds, ...(problem && { problem }) }] : [];
  });
  writeBook(out, chapters, { title: 'From a web crawl to a reasoning model' });
}

function checkTarget(target: string, source: string): void {
  if (resolve(target) !== resolve(source)) return;
  throw new Error(`Cannot write ${target}: it is the notebook to run itself; name another folder with --out`);
}

function seconds(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > 0) return number;
  throw new RangeError(`Cannot use ${option} ${value}: expected a number of seconds above 0`);
}
