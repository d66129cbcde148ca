/**
 * What the tests' process uses to reach a submission. Its cells are the source's own, and a few that the grader adds,
 * which import this file. Descriptors and paths come from the grader; what comes over them is not trusted.
 */
import { openSync } from 'node:fs';
import { scriptCell } from '../kernel/scriptCells.js';
import { createMembrane, isReply, type Membrane, type Reply, type Request, replyBytes } from './membrane.js';
import { frame, readMessage, WireError, writeMessage } from './pipeMessages.js';

/** Paths of the three pipes to a submission's process. */
export interface Pipes {
  readonly requests: string;
  readonly answers: string;
  readonly callbacks: string;
}

let membrane: Membrane | undefined;
let cells = 0;

/**
 * Names of methods that tests call on lists, texts, maps and sets. A submission's object that has some of its own would
 * give the answers of the tests: `{ length: 8, every: () => true }` for a list of eight.
 */
const methodsOfValues = new Set(
  [Array, String, Map, Set, Uint8Array]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== 'toString'),
);

/**
 * Connects to a submission's process; stand-ins of an earlier one stay dead.
 *
 * @param methods Names that the source itself gives to methods: its tests may call these on a submission's objects.
 */
export function connect({ requests, answers, callbacks }: Pipes, methods: readonly string[]): void {
  const own = new Set(methods);
  const mayHave = (method: string) => own.has(method) || !methodsOfValues.has(method);
  const [out, back, down] = [openSync(requests, 'w'), openSync(answers, 'r'), openSync(callbacks, 'w')];
  let depth = 0; // how many callbacks of the submission are being served: then it waits on the other pipe
  let ended = false;
  const request = (message: Request): Reply => {
    const bytes = frame(message);
    try {
      if (ended) throw new WireError('the pipe has ended');
      writeMessage(depth > 0 ? down : out, bytes);
      for (;;) {
        const answer = readMessage(back) as Request | Reply;
        if (typeof answer !== 'object' || answer === null) throw new WireError('a message that is no object');
        if (isReply(answer)) return answer;
        serve(answer);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      ended = true;
      throw new Error("the submission's process ended");
    }
  };
  const serve = (message: Request): void => {
    depth++;
    try {
      writeMessage(down, replyBytes(side, side.serve(message)));
    } finally {
      depth--;
    }
  };
  const side = createMembrane({ open: false, request, mayHave });
  membrane = side;
}

function connected(): Membrane {
  if (!membrane) throw new Error('no submission is connected');
  return membrane;
}

/**
 * Runs a cell of the submission.
 *
 * @throws {Error} What the cell threw.
 */
export async function runStudentCell(source: string): Promise<void> {
  const { code } = scriptCell(source);
  await connected().ask({ op: 'run', code, url: `submission-cell-${++cells}.ts` }).value;
}

/** The submission's value of a name. A name that it does not have throws when it is used. */
export function student(name: string): unknown {
  const { missing, value } = connected().ask({ op: 'get', name });
  return missing ? undefinedName(name) : value;
}

/** @throws {Error} If the submission's process has ended. */
export function ping(): void {
  connected().ask({ op: 'get', name: 'undefined' });
}

/** @throws {Error} Whatever is done with the result: the submission lacks what the tests need. */
function undefinedName(name: string): unknown {
  const fail = (): never => {
    throw new ReferenceError(`${name} is not defined in the submission`);
  };
  return new Proxy(fail, {
    get: fail,
    has: fail,
    ownKeys: fail,
    getPrototypeOf: fail,
    construct: fail,
    apply: fail,
  });
}
