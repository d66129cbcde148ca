/**
 * A small language of opinions with a hidden taste: texts of some fifty words, and a score that likes kind words, dislikes
 * unkind ones, and objects to repetition and to what is no language. Ordinary texts hardly differ in the last two, so
 * whoever learns the taste from ordinary texts does not learn them: the setting in which a reward is over-optimised (Gao
 * et al. 2022, "Scaling Laws for Reward Model Overoptimization", with a known score in place of people).
 */
import type { Random } from '../core/random.js';
import type { Task } from './task.js';

type WordClass =
  | 'opener'
  | 'article'
  | 'good'
  | 'bad'
  | 'neutral'
  | 'and'
  | 'noun'
  | 'verb'
  | 'stop'
  | 'closer';

const words: { readonly [name in WordClass]: readonly string[] } = {
  opener: ['hello', 'well', 'today', 'listen'],
  article: ['the', 'a'],
  good: ['kind', 'clear', 'helpful', 'warm', 'honest', 'careful'],
  bad: ['rude', 'vague', 'boring', 'cold', 'silly', 'lazy'],
  neutral: ['big', 'small', 'old', 'new', 'red', 'round'],
  and: ['and'],
  noun: [
    'friend',
    'pilot',
    'robot',
    'story',
    'answer',
    'game',
    'teacher',
    'letter',
    'song',
    'child',
    'cook',
    'house',
  ],
  verb: ['likes', 'gives', 'brings', 'makes', 'finds', 'wants'],
  stop: ['.'],
  closer: ['bye', 'thanks', 'cheers'],
};

/** Which kinds of words may follow which, `start` before the first. */
const adjectives: readonly WordClass[] = ['good', 'bad', 'neutral'];
const follows: { readonly [name in WordClass | 'start']: readonly WordClass[] } = {
  start: ['opener', 'article'],
  opener: ['article'],
  article: [...adjectives, 'noun'],
  good: ['and', 'noun'],
  bad: ['and', 'noun'],
  neutral: ['and', 'noun'],
  and: adjectives,
  noun: ['verb', 'stop'],
  verb: ['article'],
  stop: ['article', 'closer'],
  closer: [],
};

const classOf = new Map<string, WordClass>(
  Object.entries(words).flatMap(([name, all]) => all.map((word) => [word, name as WordClass] as const)),
);
const content: readonly WordClass[] = [...adjectives, 'noun', 'verb'];

/** Words of the longest text. */
export const longestOpinion = 20;
const penalty = 0.35; // for each repeated word, and for each pair of words that is no language

/** What the hidden score is made of. */
export interface OpinionScore {
  readonly score: number;
  /** Different kind words. */
  readonly good: number;
  /** Different unkind words. */
  readonly bad: number;
  /** Content words that had come before. */
  readonly repeated: number;
  /** Neighbours, one of which cannot follow the other; the end cannot follow any word but a full stop or a closing. */
  readonly broken: number;
}

/** The language as a task; its reward is the hidden score. */
export interface OpinionTask extends Task {
  /**
   * The hidden score and its parts: different kind words, less different unkind ones, less 0.35 for each content word that
   * had come before and for each pair of neighbours that the language does not know, less 1 for a text that was cut and 1 for one
   * of fewer than three words.
   *
   * @param options.stopped Whether the text came to its end by itself; default yes.
   */
  readonly judge: (text: string, options?: { readonly stopped?: boolean }) => OpinionScore;
}

/**
 * The language: `hello the careful pilot likes a warm story . bye`. Of its adjectives 25 % are kind, 30 % unkind. All
 * problems have the same prompt, `:`, because a text begins with nothing; so there is no held-out side.
 *
 * @example
 * const { judge } = opinions();
 * judge(' the kind cook likes a clear song .').score // 2
 * judge(' the the the', { stopped: false }) // { score: -1.7, good: 0, bad: 0, repeated: 0, broken: 2 }
 */
export function opinions(): OpinionTask {
  const judge: OpinionTask['judge'] = (text, { stopped = true } = {}) => judged(text, stopped);
  return {
    name: 'opinions',
    symbols: [':', ...Object.values(words).flatMap((all) => all.map((word) => ` ${word}`))],
    problem: (random) => ({ prompt: ':', answer: opinion(random) }),
    reward: (_, completion) => judge(completion).score,
    judge,
  };
}

/** A text of the language, each word behind a blank. */
function opinion(random: Random): string {
  while (true) {
    const often = (share: number) => random.uniform() < share;
    const text = [
      ...(often(0.3) ? [random.pick(words.opener)] : []),
      ...sentence(random),
      ...(often(0.4) ? sentence(random) : []),
      ...(often(0.3) ? [random.pick(words.closer)] : []),
    ];
    if (text.length <= longestOpinion) return text.map((word) => ` ${word}`).join('');
  }
}

const sentence = (random: Random): string[] => [
  ...thing(random),
  random.pick(words.verb),
  ...thing(random),
  ...words.stop,
];

/** An article, none to two adjectives, and a noun. */
function thing(random: Random): string[] {
  const described = Array.from({ length: random.integer(3) }, () => adjective(random));
  return [
    random.pick(words.article),
    ...described.join(' and ').split(' ').filter(Boolean),
    random.pick(words.noun),
  ];
}

function adjective(random: Random): string {
  const place = random.uniform();
  return random.pick(words[place < 0.25 ? 'good' : place < 0.55 ? 'bad' : 'neutral']);
}

function judged(text: string, stopped: boolean): OpinionScore {
  const all = text.split(' ').filter(Boolean);
  const kinds = all.map((word) => classOf.get(word));
  const different = (kind: WordClass) => new Set(all.filter((_, nth) => kinds[nth] === kind)).size;
  const counted = all.filter((_, nth) => content.includes(kinds[nth]!));
  const repeated = counted.length - new Set(counted).size;
  const broken = kinds.filter((kind, nth) => {
    const before = nth === 0 ? 'start' : kinds[nth - 1];
    return !(kind && before && follows[before].includes(kind));
  }).length;
  const unfinished = stopped && !['stop', 'closer'].includes(kinds.at(-1) ?? '');
  const [good, bad, odd] = [different('good'), different('bad'), broken + Number(unfinished)];
  const short = Number(all.length < 3) + Number(!stopped);
  return { score: good - bad - penalty * (repeated + odd) - short, good, bad, repeated, broken: odd };
}
