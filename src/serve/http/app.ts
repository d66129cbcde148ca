/** The routes, as OpenAI's API has them, with health, counters and the chat page beside them. */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { ApiError, apiError, errorBody } from './apiErrors.js';
import { keyHolders, ownHostOnly, readJson } from './guards.js';
import { beginChat, beginCompletion, type Job, type Serving } from './job.js';
import { createMetrics } from './metrics.js';
import { chatForm, completionForm, type ObjectForm } from './objects.js';
import { pageResponse } from './page.js';
import { readChatFields, readCompletionFields } from './requests.js';
import { streamResponse, wholeResponse } from './responses.js';

/** What is allowed. */
export interface AppLimits {
  readonly maxBodyBytes: number;
  /** Seconds after which an answer ends as it is. */
  readonly requestSeconds: number;
  readonly apiKey: string | undefined;
  /** Whether requests have to name this machine. */
  readonly isLocal: boolean;
}

/** Node's own request and response stand behind every route. */
interface Served {
  Bindings: HttpBindings;
}

/** The routes, and what whoever ends the server needs. */
export interface App {
  readonly fetch: Hono<Served>['fetch'];
  /** Refuses new requests; resolves when those that have begun are answered. */
  readonly finish: () => Promise<void>;
  /** Ends all answers as they are. */
  readonly cutShort: () => void;
}

export function createApp(servings: readonly Serving[], limits: AppLimits): App {
  const app = new Hono<Served>();
  const metrics = createMetrics();
  const jobs = new Set<Job>();
  let onIdle: (() => void) | undefined; // set once the server is closing

  app.use(async (context, next) => {
    await next();
    metrics.countRequest(context.req.routePath === '/*' ? 'none' : context.req.routePath, context.res.status);
  });
  if (limits.isLocal) app.use(ownHostOnly);
  if (limits.apiKey !== undefined)
    for (const path of ['/v1/*', '/metrics']) app.use(path, keyHolders(limits.apiKey));
  app.onError((thrown, context) => {
    const error = apiError(thrown);
    if (error.status === 429 || error.status === 503) context.header('Retry-After', '1');
    if (error.status === 401) context.header('WWW-Authenticate', 'Bearer');
    if (error.status === 413 || onIdle) context.header('Connection', 'close');
    return context.json(errorBody(error), error.status);
  });
  app.notFound(({ req }) => {
    throw new ApiError(404, `Cannot ${req.method} ${req.path}: there is no such route`);
  });

  const servingNamed = (name: string): Serving => {
    const found = servings.find(({ model }) => model.name === name);
    if (found) return found;
    const names = servings.map(({ model }) => model.name).join(', ');
    throw new ApiError(404, `Cannot use model "${name}": expected one of ${names}`, {
      param: 'model',
      code: 'model_not_found',
    });
  };

  const respond = async (context: Context<Served>, job: Job, form: ObjectForm): Promise<Response> => {
    const start = performance.now();
    const cancel = () => {
      for (const answer of job.answers) answer.cancel();
    };
    const timer = setTimeout(cancel, 1000 * limits.requestSeconds);
    const { outgoing } = context.env;
    outgoing.once('close', cancel);
    if (outgoing.destroyed) cancel(); // its client left while the body was read
    jobs.add(job);
    metrics.countTokens('prompt', job.promptTokens);
    let hasToken = false;
    const listeners = {
      onToken: () => {
        if (!hasToken) metrics.countFirstToken((performance.now() - start) / 1000);
        hasToken = true;
      },
      onEnd: () => {
        clearTimeout(timer);
        metrics.countTokens(
          'completion',
          job.answers.reduce((sum, answer) => sum + answer.tokens(), 0),
        );
        jobs.delete(job);
        if (jobs.size === 0) onIdle?.();
      },
    };
    if (!job.isStreamed) return context.json(await wholeResponse(job, form, listeners));
    void streamResponse(job, form, outgoing, listeners);
    return RESPONSE_ALREADY_SENT;
  };

  /** A route that makes texts. */
  const generates = (path: string, form: ObjectForm, begin: (body: unknown) => Job) =>
    app.post(path, async (context) => {
      const refuseWhenClosing = () => {
        if (onIdle) throw new ApiError(503, 'Cannot take a request: the server is closing');
      };
      refuseWhenClosing();
      const body = await readJson(context, limits.maxBodyBytes);
      refuseWhenClosing();
      return respond(context, begin(body), form);
    });
  generates('/v1/chat/completions', chatForm, (body) => {
    const fields = readChatFields(body);
    return beginChat(servingNamed(fields.model), fields);
  });
  generates('/v1/completions', completionForm, (body) => {
    const fields = readCompletionFields(body);
    return beginCompletion(servingNamed(fields.model), fields);
  });

  app.get('/v1/models', (context) => context.json({ object: 'list', data: servings.map(modelObject) }));
  app.get('/v1/models/:id{.+}', (context) =>
    context.json(modelObject(servingNamed(context.req.param('id')))),
  );
  app.get('/health', (context) => context.json({ status: onIdle ? 'closing' : 'ok' }, onIdle ? 503 : 200));
  app.get('/metrics', (context) =>
    context.body(metrics.text(servings), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  app.get('/', (context) => pageResponse(context, 'chat.html'));

  return {
    fetch: app.fetch,
    finish: () =>
      new Promise<void>((resolve) => {
        onIdle = resolve;
        if (jobs.size === 0) resolve();
      }),
    cutShort: () => {
      for (const { answers } of jobs) for (const answer of answers) answer.cancel();
    },
  };
}

/** As OpenAI lists a model, and whether it can chat and how much it can read. */
const modelObject = ({ model, batcher, created }: Serving) => ({
  id: model.name,
  object: 'model',
  created,
  owned_by: 'llm-workbook',
  context_length: batcher.contextLength,
  can_chat: model.template !== undefined,
});
