/**
 * The process that runs a submission's cells, with as little as Node can run on: see `walls.ts` for how it is
 * started. It reads the tests' requests from descriptor 3, answers on 4, and waits on 5 for answers of its own.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';
import { prepareCells } from './cellNames.js';
import { lockDown } from './lockDown.js';
import { createMembrane, isReply, type Reply, type Request, replyBytes } from './membrane.js';
import { bodyLength, frame, parseBody, readMessage, writeMessage } from './pipeMessages.js';

/** How long one look at a promise may wait for it, in milliseconds. */
const patience = 5;

const { reallyExit: end } = process as unknown as { reallyExit: (status: number) => void }; // it will be taken away

function request(message: Request): Reply {
  writeMessage(4, frame(message));
  for (;;) {
    const answer = readMessage(5) as Request | Reply;
    if (isReply(answer)) return answer;
    reply(membrane.serve(answer));
  }
}

const reply = (message: Reply): void => writeMessage(4, replyBytes(membrane, message));

const membrane = createMembrane({
  open: true,
  request,
  local: (message) => {
    if (message.op === 'get') return { value: (globalThis as Record<string, unknown>)[message.name] };
    if (message.op === 'run') return { value: run(message.code, message.url) };
    return undefined;
  },
});

/** Promises of cells run on while other requests are served. */
function run(code: string, filename: string): unknown {
  return runInThisContext(code, { filename });
}

async function answer(message: Request): Promise<void> {
  if (message.op === 'settle')
    await Promise.race([membrane.settled(message.id), delay(patience)]).catch(() => {});
  if (message.op === 'get' && !(message.name in globalThis)) reply({ op: 'missing' });
  else reply(membrane.serve(message));
}

/** Hands whole messages on, one after the other. */
function listen(): void {
  let held = Buffer.alloc(0);
  const socket = new Socket({ fd: 3, readable: true, writable: false });
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 4) {
      const stop = 4 + bodyLength(held);
      if (held.length < stop) return;
      const body = held.subarray(4, stop);
      held = held.subarray(stop);
      void answer(parseBody(body) as Request);
    }
  });
  socket.on('close', () => end.call(process, 0)).on('error', () => end.call(process, 0)); // the tests are over
}

prepareCells(() => {}); // values of cells are not shown
listen();
lockDown();
