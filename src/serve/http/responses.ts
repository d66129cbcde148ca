/** Answers on the wire: JSON once all is there, or server-sent events as it comes. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answer, AnswerPiece } from './answer.js';
import { apiError, errorBody } from './apiErrors.js';
import type { Echo, Job } from './job.js';
import { type ObjectForm, usageOf } from './objects.js';

/** Who is told how a job goes. */
export interface JobListeners {
  readonly onToken: () => void;
  /** Once, however it ends. */
  readonly onEnd: () => void;
}

const headOf = (job: Job, form: ObjectForm) => ({
  id: `${form.prefix}-${randomUUID().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
  model: job.serving.model.name,
});

const pieceOf = async ({ text, tokens }: Echo): Promise<AnswerPiece> => ({ text, tokens: await tokens() });

/** The whole answer, once it is made. */
export async function wholeResponse(
  job: Job,
  form: ObjectForm,
  { onToken, onEnd }: JobListeners,
): Promise<object> {
  const { tokenizer } = job.serving.model;
  const choiceOf = async (answer: Answer, index: number) => {
    const echo = job.echoes[index];
    const pieces: AnswerPiece[] = echo ? [await pieceOf(echo)] : [];
    await answer.follow((piece) => {
      onToken();
      pieces.push(piece);
    });
    const text = pieces.map((piece) => piece.text).join('');
    const tokens = job.hasLogProbs ? pieces.flatMap((piece) => piece.tokens) : undefined;
    return { index, ...form.choice(text, tokens, tokenizer), finish_reason: answer.finishReason() };
  };
  try {
    const choices = await Promise.all(job.answers.map(choiceOf));
    return { ...headOf(job, form), object: form.object, choices, usage: usageOf(job) };
  } finally {
    for (const answer of job.answers) answer.cancel(); // where another has failed
    onEnd();
  }
}

/**
 * Writes server-sent events as the answer comes, and resolves when it is over. A client that has no room for an event is
 * waited for: its text pauses meanwhile.
 */
export async function streamResponse(
  job: Job,
  form: ObjectForm,
  outgoing: ServerResponse,
  { onToken, onEnd }: JobListeners,
): Promise<void> {
  const chunks = chunksOf(job, form);
  let isOver = false;
  const send = async (data: string): Promise<void> => {
    if (isOver || outgoing.destroyed) return;
    if (!outgoing.write(`data: ${data}\n\n`)) await roomIn(outgoing);
  };
  const follow = async (answer: Answer, index: number): Promise<void> => {
    const echo = job.echoes[index];
    if (form.prefix === 'chatcmpl') await send(chunks.first(index));
    else if (echo) await send(chunks.next(index, await pieceOf(echo)));
    await answer.follow((piece) => {
      onToken();
      return send(chunks.next(index, piece));
    });
    await send(chunks.last(index, answer.finishReason()));
  };
  outgoing.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache',
  });
  outgoing.flushHeaders();
  try {
    await Promise.all(job.answers.map(follow));
    if (job.includesUsage) await send(chunks.usage());
    await send('[DONE]');
  } catch (error) {
    await send(JSON.stringify(errorBody(apiError(error))));
  }
  isOver = true;
  for (const answer of job.answers) answer.cancel(); // where another has failed
  onEnd();
  outgoing.end();
}

/** Resolves once more can be written, or nobody is there to read it. */
const roomIn = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });

/** The chunks of a streamed answer, as JSON. */
function chunksOf(job: Job, form: ObjectForm) {
  const { tokenizer } = job.serving.model;
  const head = { ...headOf(job, form), object: form.chunkObject };
  const usage = job.includesUsage ? { usage: null } : {};
  const chunk = (
    index: number,
    piece: AnswerPiece | 'first' | 'last',
    reason: string | null = null,
  ): string => {
    const tokens = job.hasLogProbs && typeof piece !== 'string' ? piece.tokens : undefined;
    const choice = { index, ...form.chunkChoice(piece, tokens, tokenizer), finish_reason: reason };
    return JSON.stringify({ ...head, choices: [choice], ...usage });
  };
  // Without log-probabilities the chunks of a choice differ in their text alone, so the rest is written once.
  const mark = randomUUID();
  const around = job.answers.map((_, index) =>
    chunk(index, { text: mark, tokens: [] }).split(JSON.stringify(mark)),
  ) as [before: string, after: string][];
  return {
    first: (index: number) => chunk(index, 'first'),
    next: (index: number, piece: AnswerPiece) => {
      if (job.hasLogProbs) return chunk(index, piece);
      const [before, after] = around[index]!;
      return before + JSON.stringify(piece.text) + after;
    },
    last: (index: number, reason: string) => chunk(index, 'last', reason),
    usage: () => JSON.stringify({ ...head, choices: [], usage: usageOf(job) }),
  };
}
