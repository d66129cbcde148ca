/** Small problems in words, as in a first book of arithmetic: who has how many in the end? */
import type { Random } from '../core/random.js';
import { answers, demonstration } from './steps.js';
import type { Problem, Task } from './task.js';

/** Which problems, and how they are answered. */
export interface WordProblemOptions {
  /** How often something happens to the things; default 2. */
  readonly events?: number;
  /** Whether each event is computed before the answer; default no. */
  readonly steps?: boolean;
}

const names = ['Ann', 'Ben', 'Eva', 'Leo', 'Mia', 'Tom'];
const things = ['apples', 'books', 'coins', 'eggs', 'nuts', 'pens'];
const gains = ['buys', 'finds', 'gets'];
const losses = ['gives', 'loses', 'sells'];
const most = 20;

/**
 * Problems like `Ann has 7 eggs . Ann buys 5 eggs . Ann loses 3 eggs . how many ?`, which wants `9`, or with `steps`
 * `7+5=12 12-3=9>9`, of which what stands behind the one `>` is judged. Sometimes somebody else's things come
 * between, which do not count. Nobody ever has more than 20 or fewer than 0 of anything.
 *
 * @throws {RangeError} If the number of events is no whole number above 0.
 *
 * @example
 * const problem = { prompt: 'Ann has 7 eggs . Ann buys 5 eggs . how many ?', answer: '12' };
 * ['12', '13'].map((text) => wordProblems().reward(problem, text)) // [1, 0]
 */
export function wordProblems({ events = 2, steps = false }: WordProblemOptions = {}): Task {
  if (!(Number.isInteger(events) && events >= 1))
    throw new RangeError(`Cannot tell a story: expected a whole number of events above 0, got ${events}`);
  return {
    name: `word problems with ${events} events${steps ? ', step by step' : ''}`,
    symbols: [
      ...names,
      ...[...names, ...things, ...gains, ...losses, 'has', 'how', 'many', '.', '?'].map((word) => ` ${word}`),
      ...[...'0123456789 +-=>'],
    ],
    problem: (random) => told(random, events, steps),
    reward: ({ prompt }, completion) => Number(answers(completion, String(countIn(prompt)), steps)),
  };
}

function told(random: Random, events: number, steps: boolean): Problem {
  const [who, other] = random.shuffle(names) as [string, string];
  const what = random.pick(things);
  let have = 1 + random.integer(most);
  const sentences = [`${who} has ${have} ${what}`];
  const written: string[] = [];
  const stranger = random.integer(2 * events); // after which event somebody else comes in, if at all
  for (let nth = 0; nth < events; nth++) {
    const change = changeOf(have, random);
    sentences.push(`${who} ${random.pick(change > 0 ? gains : losses)} ${Math.abs(change)} ${what}`);
    written.push(`${have}${change > 0 ? '+' : '-'}${Math.abs(change)}=${have + change}`);
    have += change;
    if (nth === stranger) sentences.push(`${other} has ${1 + random.integer(most)} ${what}`);
  }
  const prompt = `${sentences.join(' . ')} . how many ?`;
  return { prompt, answer: demonstration(steps ? written.join(' ') : undefined, String(have)) };
}

/** Up or down, as the bounds allow; never 0. */
function changeOf(have: number, random: Random): number {
  const isGain = have === 0 || (have < most && random.integer(2) === 0);
  return isGain ? 1 + random.integer(most - have) : -(1 + random.integer(have));
}

/** What the one whom the story is about has in the end. */
function countIn(prompt: string): number {
  const [who] = prompt.split(' ', 1);
  let have = 0;
  for (const sentence of prompt.split(' . ')) {
    const [name, verb, count] = sentence.split(' ');
    if (name !== who) continue;
    if (verb === 'has') have = Number(count);
    else have += (gains.includes(verb!) ? 1 : -1) * Number(count);
  }
  return have;
}
