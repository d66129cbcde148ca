/** A run's log: one JSON object a line for each step, which survives whatever ends the run. */
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from '../../core/errors.js';
import { cannotRead, writing } from '../../core/files.js';
import type { StepReport } from '../pretrain.js';

/** What one step of a run did. */
export interface RunReport extends StepReport {
  /** Why nothing was updated in this step, where nothing was. */
  readonly skipped?: string;
}

/** A log that is being written. */
export interface TrainLog {
  readonly write: (report: RunReport) => void;
  readonly close: () => void;
}

/**
 * Reads the log of a run, also while it runs: a last line that is not whole yet is left out.
 *
 * @returns A report for each step, in order, for `lossPlot` and whatever else.
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If another line is not a report; the message says which.
 *
 * @example
 * const batches = randomBatches(stream, { batchSize: 2, length: 8 }, createRandom(1));
 * for await (const _ of trainRun(params, batches, { folder: 'logged', steps: 2, learningRate: 0.1 }));
 * readTrainLog('logged/log.jsonl').map(({ step }) => step) // [1, 2]
 */
export function readTrainLog(path: string): RunReport[] {
  return linesOf(path).map(({ text, report }, nth) => {
    if (report) return report;
    throw new SyntaxError(
      `Cannot read ${path}: expected the report of a step in line ${nth + 1}, got ${text.slice(0, 60)}`,
    );
  });
}

interface Line {
  readonly text: string;
  /** Where it ends, in bytes, its line feed included. */
  readonly end: number;
  readonly report: RunReport | undefined;
}

/** The lines that have their line feed. */
function linesOf(path: string): Line[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
  const lines: Line[] = [];
  for (let at = 0, end = bytes.indexOf(10); end !== -1; at = end + 1, end = bytes.indexOf(10, at)) {
    const text = bytes.toString('utf8', at, end);
    lines.push({ text, end: end + 1, report: reportIn(text) });
  }
  return lines;
}

/** Numbers that JSON has no words for stand as `null`, and are read as `NaN`. */
function reportIn(line: string): RunReport | undefined {
  try {
    const report = JSON.parse(line) as RunReport | null;
    if (!Number.isSafeInteger(report?.step)) return undefined;
    const entries = Object.entries(report!).map(([name, value]) => [
      name,
      value === null ? Number.NaN : value,
    ]);
    return Object.fromEntries(entries) as RunReport;
  } catch {
    return undefined;
  }
}

/**
 * Opens a log to go on with behind a step: what stands there of later ones, and a line that was cut short, goes.
 *
 * @param lastStep The step from which the run goes on; 0 where it begins.
 */
export function openTrainLog(path: string, lastStep: number): TrainLog {
  const file = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    mend(path, lastStep);
    return openSync(path, 'a');
  });
  return {
    write: (report) =>
      writing(path, () => {
        const bytes = Buffer.from(`${JSON.stringify(report)}\n`);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      }),
    close: () => closeSync(file),
  };
}

function mend(path: string, lastStep: number): void {
  let kept = 0;
  try {
    for (const { report, end } of linesOf(path)) {
      if (!report || report.step > lastStep) break;
      kept = end;
    }
    truncateSync(path, kept);
  } catch (error) {
    if (!(error instanceof Error && hasCode(error.cause, 'ENOENT'))) throw error;
  }
}
