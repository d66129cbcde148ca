/** Answers on the wire: JSON once all is there, or server-sent events as it comes. */
import { randomUUID } from 'node:crypto';
import type { Answer, AnswerPiece } from './answer.js';
import { apiError, errorBody } from './apiErrors.js';
import type { Job } from './job.js';
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

/** The whole answer, once it is made. */
export async function wholeResponse(
  job: Job,
  form: ObjectForm,
  { onToken, onEnd }: JobListeners,
): Promise<object> {
  const { tokenizer } = job.serving.model;
  const choiceOf = async (answer: Answer, index: number) => {
    const pieces: AnswerPiece[] = [];
    for await (const piece of answer.pieces()) {
      onToken();
      pieces.push(piece);
    }
    const text = (job.echoes[index] ?? '') + pieces.map((piece) => piece.text).join('');
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

/** Server-sent events, each made when the client has room for it: who reads slowly is waited for. */
export function streamedResponse(
  job: Job,
  form: ObjectForm,
  { onToken, onEnd }: JobListeners,
): ReadableStream<Uint8Array> {
  const events = eventsOf(job, form, onToken);
  const encoder = new TextEncoder();
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    for (const answer of job.answers) answer.cancel();
    onEnd();
  };
  const send = (data: unknown) =>
    encoder.encode(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { value, done } = await events.next();
          if (!done) return controller.enqueue(send(value));
          controller.enqueue(send('[DONE]'));
        } catch (error) {
          if (isOver) return;
          controller.enqueue(send(errorBody(apiError(error))));
        }
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** The chunks of all choices, as they come. */
async function* eventsOf(
  job: Job,
  form: ObjectForm,
  onToken: () => void,
): AsyncGenerator<object, void, undefined> {
  const { tokenizer } = job.serving.model;
  const head = { ...headOf(job, form), object: form.chunkObject };
  const usage = job.includesUsage ? { usage: null } : {};
  const chunk = (
    index: number,
    piece: AnswerPiece | 'first' | 'last',
    finishReason: string | null = null,
  ) => {
    const tokens = job.hasLogProbs && typeof piece !== 'string' ? piece.tokens : undefined;
    const choice = { index, ...form.chunkChoice(piece, tokens, tokenizer), finish_reason: finishReason };
    return { ...head, choices: [choice], ...usage };
  };
  for (const index of job.answers.keys()) {
    const echo = job.echoes[index];
    if (form.prefix === 'chatcmpl') yield chunk(index, 'first');
    else if (echo) yield chunk(index, { text: echo, tokens: [] });
  }
  for await (const [index, piece] of together(job.answers.map((answer) => answer.pieces()))) {
    if (piece) onToken();
    yield piece ? chunk(index, piece) : chunk(index, 'last', job.answers[index]!.finishReason());
  }
  if (job.includesUsage) yield { ...head, choices: [], usage: usageOf(job) };
}

/** What several give, as it comes, with the number of who gave it; nothing with the number of who has ended. */
async function* together<Value>(
  sources: readonly AsyncGenerator<Value, void, undefined>[],
): AsyncGenerator<readonly [nth: number, value: Value | undefined], void, undefined> {
  const next = async (nth: number) => ({ nth, result: await sources[nth]!.next() });
  const open = new Map([...sources.keys()].map((nth) => [nth, next(nth)]));
  while (open.size > 0) {
    const { nth, result } = await Promise.race(open.values());
    if (result.done) open.delete(nth);
    else open.set(nth, next(nth));
    yield [nth, result.done ? undefined : result.value];
  }
}
