/**
 * The process that unpacks parquet, seen from the reader. hyparquet trusts the counts in a file, and a few flipped bits
 * can send it into a loop of a billion steps or make V8 end its process for want of memory, a thread's included. In a
 * process of its own that costs a slice of rows and no more.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ParquetAnswer, ParquetRequest } from './parquetMessages.js';

/** A process that answers one request at a time. */
export interface ParquetHost {
  /** @throws {SyntaxError} If the answer is a problem, or the process breaks or takes too long. */
  readonly ask: (request: ParquetRequest, seconds: number) => Promise<ParquetAnswer>;
  /** Whether it still can be asked. */
  readonly isAlive: () => boolean;
  /** Hands it back for the next file. */
  readonly close: () => Promise<void>;
}

/** One that is done with its file, and how much memory it may use: a start costs more than a small file. */
let spare: { readonly host: ParquetHost; readonly mebibytes: number } | undefined;

const startSeconds = 60;

/** Takes the place of the group that the process holds. */
const nothing = (): ParquetRequest => ({ kind: 'group', stored: new ArrayBuffer(0), start: 0 });

/**
 * Takes the spare process, or starts one.
 *
 * @param mebibytes Most memory for values.
 */
export async function startParquetHost(mebibytes: number): Promise<ParquetHost> {
  if (spare?.mebibytes === mebibytes && spare.host.isAlive()) {
    const { host } = spare;
    spare = undefined;
    return host;
  }
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(isSource ? './parquetProcess.ts' : './parquetProcess.js', import.meta.url);
  const child = fork(fileURLToPath(file), {
    execArgv: [
      ...(isSource ? ['--import', import.meta.resolve('tsx')] : []),
      `--max-old-space-size=${mebibytes}`,
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isAlive = true;
  let settle: ((outcome: ParquetAnswer) => void) | undefined;
  const end = (problem: string) => {
    isAlive = false;
    settle?.({ kind: 'problem', problem });
  };
  child.on('message', (answer: ParquetAnswer) => settle?.(answer));
  child.on('error', (error) => end(`unpacking broke: ${error.message}`));
  child.on('exit', () => end('unpacking broke; its bytes are damaged'));
  const next = async (what: string, seconds: number): Promise<ParquetAnswer> => {
    const answer = new Promise<ParquetAnswer>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => {
      end(`${what} took longer than ${seconds} s`);
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.ref();
    child.channel?.ref();
    const outcome = await answer;
    clearTimeout(timer);
    child.unref(); // an idle process does not keep the program alive
    child.channel?.unref();
    if (outcome.kind === 'problem') throw new SyntaxError(outcome.problem);
    return outcome;
  };
  await next('the start of a process', startSeconds);
  const host: ParquetHost = {
    ask: async (request, seconds) => {
      if (!isAlive) throw new SyntaxError('unpacking ended');
      const answer = next('unpacking', seconds);
      child.send(request, (error) => error && end(`unpacking broke: ${error.message}`));
      return answer;
    },
    isAlive: () => isAlive,
    close: async () => {
      const isFree = await host.ask(nothing(), startSeconds).then(
        () => !spare?.host.isAlive(),
        () => false,
      );
      if (isFree) spare = { host, mebibytes };
      else {
        isAlive = false;
        child.kill('SIGKILL');
      }
    },
  };
  return host;
}
