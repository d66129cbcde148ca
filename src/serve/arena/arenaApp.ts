/** The voting page and what it asks for: a ballot, a vote, the ratings. */
import { Hono } from 'hono';
import { createRandom, type Random } from '../../core/random.js';
import type { Winner } from '../../evaluate/arena/battle.js';
import { arenaRatings } from '../../evaluate/arena/ratings.js';
import { ApiError, apiError, errorBody } from '../http/apiErrors.js';
import { ownHostOnly, readJson } from '../http/guards.js';
import { pageResponse } from '../http/page.js';
import type { AnsweredPrompt } from './answersFile.js';
import type { Ballot, Votes } from './votes.js';

/** What is voted on, where votes go, and what draws the ballots. */
export interface ArenaOptions {
  readonly prompts: readonly AnsweredPrompt[];
  readonly votes: Votes;
  readonly random: Random;
}

const winners: readonly Winner[] = ['one', 'other', 'tie', 'both bad'];
const mostBytes = 10_000; // of a vote

export function createArenaApp({ prompts, votes, random }: ArenaOptions): Hono {
  const app = new Hono();
  app.use(ownHostOnly);
  app.onError((thrown, context) => {
    const error = apiError(thrown);
    return context.json(errorBody(error), error.status);
  });
  app.notFound(({ req }) => {
    throw new ApiError(404, `Cannot ${req.method} ${req.path}: there is no such route`);
  });

  app.get('/', (context) => {
    context.header('Cache-Control', 'no-store');
    return pageResponse(context, 'arena.html');
  });

  app.post('/ballots', async (context) => {
    await readJson(context, mostBytes);
    const { prompt, answers } = random.pick(prompts);
    const [one, other] = random.shuffle(Object.keys(answers)) as [string, string];
    const { id } = votes.handOut({ prompt, one, other });
    return context.json({ id, prompt, one: answers[one], other: answers[other] });
  });

  app.post('/votes', async (context) => {
    const { id, winner } = voteIn(await readJson(context, mostBytes));
    const voted = votes.vote(id, winner);
    if (!voted) throw new ApiError(404, `Cannot vote: there is no ballot ${id.slice(0, 50)}`);
    return context.json({ ...shown(voted.ballot), isNew: voted.isNew });
  });

  app.get('/ratings', (context) => {
    const battles = votes.battles();
    const rows =
      battles.length === 0 ? [] : arenaRatings(battles, { priorDraws: 1, random: createRandom(1) });
    return context.json({ votes: battles.length, rows });
  });
  return app;
}

/** What a voter learns: whose answers these were, and which vote stands. */
const shown = ({ one, other, winner }: Ballot) => ({ one, other, winner });

function voteIn(body: unknown): { readonly id: string; readonly winner: Winner } {
  const { id, winner } = (body ?? {}) as { readonly id?: unknown; readonly winner?: unknown };
  const known = winners.find((one) => one === winner);
  if (typeof id !== 'string' || !known)
    throw new ApiError(400, `Cannot vote: expected the id of a ballot and a winner, ${winners.join(', ')}`);
  return { id, winner: known };
}
