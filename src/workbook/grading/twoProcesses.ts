/**
 * The two processes of one grading, kept at the same point of the notebook: the tests' process, which runs the
 * source, and the submission's. Either may die at any time; then it is started again and brought back to the point
 * where it was, without the cell that killed it.
 *
 *   grader: this file --starts--> tests: source's cells, tester.ts --calls----> student: submission's cells,
 *     |                             (kernel/cellHost.ts, trusted)  <--answers--   studentProcess.ts
 *     +--starts, limits, ends: studentHost.ts, walls.ts ----------------------->  (walled; trusted by nobody)
 *   The grader reads verdicts from the tests' process alone; from the student's comes only printed text.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CellHost, startCellHost } from '../../kernel/cellHost.js';
import type { EngineOutput } from '../../kernel/output.js';
import type { CellError } from '../../kernel/traceback.js';
import { clockFactor, type Limits } from '../../sandbox/limits.js';
import { type StudentHost, startStudentHost } from '../../sandbox/studentHost.js';
import { watchUsage } from '../../sandbox/usage.js';
import { memberNames, prelude, type Step, tester } from './steps.js';

/** Longest time of a cell of the source that is no test, in seconds: it is trusted, and may train a model. */
const sourceSeconds = 120;

/** How much longer than the submission's the tests' process may take, in seconds. */
const graceSeconds = 5;

/** Megabytes that the tests' process may hold above a submission's limit: the source is trusted, what it is given is not. */
const testsMemory = 1500;

/** How a cell of the tests' process ended. */
export interface Ran {
  readonly ok: boolean;
  readonly error?: CellError;
  readonly outputs: readonly EngineOutput[];
  /** Why the submission's process, or the tests', ended meanwhile. */
  readonly ended?: string;
}

/** See the file's comment. */
export interface Session {
  /** Runs the step of that place, after all before it. */
  readonly execute: (at: number) => Promise<Ran>;
  /** What the submission printed since the last call. */
  readonly takeOutput: () => string;
  readonly close: () => void;
}

/**
 * Starts nothing yet.
 *
 * @param folder Where the source lies: its cells import from there, and read copies of the files beside it.
 */
export function createSession(steps: readonly Step[], folder: string, limits: Limits): Session {
  const root = mkdtempSync(join(tmpdir(), 'grading-'));
  const started = performance.now();
  const methods = memberNames(steps);
  const deadly = new Set<number>(); // places of steps that ended a process: they are not run again
  let host: CellHost | undefined;
  let student: StudentHost | undefined;
  let stopWatch = () => {};
  let printed = '';
  let folders = 0;
  let cells = 0; // that the tests' process ran
  let spent = 0; // seconds that processes of the submission which have ended had computed
  const whole = `${limits.totalSeconds} s for all cells`;
  let isOver = false; // a process was ended for that, by whichever of the two clocks
  const secondsLeft = () => {
    if (isOver) return 0;
    const clock = (performance.now() - started) / 1000 / clockFactor;
    return limits.totalSeconds - Math.max(clock, spent + (student?.computed() ?? 0));
  };
  const newFolder = (name: string) => {
    const path = join(root, `${name}-${++folders}`);
    mkdirSync(path);
    return path;
  };

  /** Runs a cell in the tests' process; when time is over the submission's ends first. */
  const run = async (code: string, seconds: number, grace = graceSeconds): Promise<Ran> => {
    const limit = Math.max(0.1, Math.min(seconds, secondsLeft()));
    const outputs: EngineOutput[] = [];
    const why = limit < seconds ? whole : `${seconds} s`;
    const unlimit = student?.allow(limit, why);
    const send = (output: EngineOutput) => outputs.push(output);
    const milliseconds = (limit * clockFactor + grace) * 1000;
    const result = await host!.execute(code, { milliseconds, number: ++cells, send });
    unlimit?.();
    if (result.type === 'done')
      return result.outcome.ok ? { ok: true, outputs } : { ok: false, outputs, error: result.outcome.error };
    stopAll();
    const message = result.type === 'died' ? result.why : `they took longer than ${why}`;
    return { ok: false, outputs, ended: message, error: { name: 'TestsEnded', message, traceback: [] } };
  };

  const stopAll = () => {
    stopWatch();
    host?.stop();
    forgetStudent()?.kill('the tests ended');
    host = undefined;
  };

  const forgetStudent = () => {
    const current = student;
    spent += current?.computed() ?? 0;
    student = undefined;
    return current;
  };

  const runStep = async (at: number): Promise<Ran> => {
    const { kind, code } = steps[at]!;
    const ran =
      kind === 'student'
        ? await run(`await ${tester}.runStudentCell(${JSON.stringify(code)})`, limits.cellSeconds)
        : kind === 'source'
          ? await run(code, 3 * limits.cellSeconds, sourceSeconds)
          : await run(code, limits.cellSeconds);
    const ended = ran.ended ?? (await whyStudentEnded());
    if (ended === undefined) return ran;
    isOver ||= ended.includes(whole);
    deadly.add(at);
    return { ...ran, ended };
  };

  /** Whether the submission's process still answers; if not, why. */
  const whyStudentEnded = async (): Promise<string | undefined> => {
    const { ok, ended } = await run(`${tester}.ping()`, Math.min(5, limits.cellSeconds));
    if (ok || !student) return ended;
    const current = forgetStudent()!;
    setTimeout(() => current.kill('it no longer answers'), 2000).unref();
    return current.ended;
  };

  const startTester = async () => {
    cells = 0;
    const env = { ...process.env, WORKBOOK_BACKEND: process.env.WORKBOOK_BACKEND ?? 'wasm' };
    host = await startCellHost(folder, { env });
    const most = limits.memory + testsMemory;
    stopWatch();
    stopWatch = watchUsage(host.pid, ({ bytes }) => {
      if (bytes > most * 2 ** 20) host?.stop(`more than ${most} MB were held by what the tests were given`);
    });
    const work = newFolder('tests');
    linkFiles(folder, work);
    await run(`${prelude}\nprocess.chdir(${JSON.stringify(work)});`, sourceSeconds);
  };

  const startStudent = async () => {
    const print = (text: string) => {
      printed += text;
    };
    student = startStudentHost(newFolder('work'), newFolder('pipes'), limits, print);
    await run(
      `${tester}.connect(${JSON.stringify(student.pipes)}, ${JSON.stringify(methods)})`,
      sourceSeconds,
    );
    student?.connected();
    await run(`${tester}.ping()`, sourceSeconds); // it is there: no cell pays for its start
  };

  /** Starts what is not there, and runs again what it had run. */
  const revive = async (to: number) => {
    while ((!host || !student) && secondsLeft() > 0) {
      const isAnew = host === undefined;
      if (isAnew) await startTester();
      await startStudent();
      for (let at = 0; at < to && host && student; at++) {
        const { kind } = steps[at]!;
        if (!deadly.has(at) && kind !== 'test' && (isAnew || kind !== 'source')) await runStep(at);
      }
    }
  };

  const close = () => {
    process.off('exit', close);
    stopAll();
    rmSync(root, { recursive: true, force: true });
  };
  process.on('exit', close); // an interrupted grading leaves no endless loop behind
  return {
    execute: async (at) => {
      await revive(at);
      if (secondsLeft() > 0) return runStep(at);
      const ended = `time limit of ${whole}`;
      return { ok: false, outputs: [], ended };
    },
    takeOutput: () => {
      const text = printed;
      printed = '';
      return text;
    },
    close,
  };
}

/** Files that the source's cells may read beside them; what they write stays in the temporary folder. */
function linkFiles(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (!name.startsWith('.') && !name.endsWith('.ipynb')) symlinkSync(join(from, name), join(to, name));
  }
}
