/**
 * A small world of people, of which it is known how often each is written about. Everybody lives somewhere, works as
 * something and was born in some year; names are put together from the same first and last names, so somebody whom no
 * text mentions has a name of well-known words all the same. After the populations of Mallen et al. 2023 ("When Not to
 * Trust Language Models") and the biographies of Allen-Zhu and Li 2023 ("Physics of Language Models", 3.1).
 */
import type { Random } from '../core/random.js';
import { cities, firstNames, jobs, lastNames, years } from './smallWorldWords.js';
import type { Problem } from './task.js';

/** What is known of a person. */
export type Attribute = 'city' | 'job' | 'year';

/** In the order of questions. */
const attributes: readonly Attribute[] = ['city', 'job', 'year'];

/** Somebody of the world. Words come with the blank in front of them. */
export interface Person {
  /** ` Ada Larsen`. */
  readonly name: string;
  /** ` Oslo`, ` baker`, ` 1962`. */
  readonly facts: { readonly [attribute in Attribute]: string };
  /** Texts about this person in one reading of the library. */
  readonly mentions: number;
}

/** Who lives in the world. */
export interface SmallWorldOptions {
  readonly random: Random;
  /** How many people have how many texts about them; those with none are never written about. */
  readonly groups: readonly (readonly [people: number, mentions: number])[];
}

/** People, and texts about them. */
export interface SmallWorld {
  /** For `symbolTokenizer`: every word of every text and question, with its blank. */
  readonly symbols: readonly string[];
  readonly people: readonly Person[];
  /** Somebody made up on the spot, with a name that nobody of the world has and facts at random. */
  readonly passerBy: (random: Random) => Person;
  /** One text: the three facts in an order and in words drawn at random. */
  readonly biography: (person: Person, random: Random) => string;
  /** The question about one fact, and the fact. */
  readonly question: (person: Person, attribute: Attribute) => Problem;
  /** The three questions about a person. */
  readonly questions: (person: Person) => Problem[];
}

/** How a fact is told. The fact comes last, so that whoever reads the name can guess it. */
const sentences: { readonly [attribute in Attribute]: readonly string[] } = {
  city: ['# lives in', 'the home of # is', 'you will find # in', '# settled in'],
  job: ['# works as a', 'the trade of # is that of a', 'one meets # at work as a', '# earns a living as a'],
  year: ['# was born in', 'the birth year of # is', '# is a child of', 'the life of # began in'],
};

const asked: { readonly [attribute in Attribute]: string } = {
  city: 'where does # live ?',
  job: 'what is the work of # ?',
  year: 'when was # born ?',
};

const values: { readonly [attribute in Attribute]: readonly string[] } = {
  city: cities,
  job: jobs,
  year: years,
};

/** A sentence with its name in place and a blank before every word. */
const filled = (form: string, { name }: Person): string =>
  form
    .split(' ')
    .map((word) => (word === '#' ? name : ` ${word}`))
    .join('');

/**
 * Makes a world. Facts have 24 values each, all equally likely, so a guess is right one time in 24.
 *
 * @throws {RangeError} If there are more people than names, which are 3,600, or a number is not whole and 0 or more.
 *
 * @example
 * const world = smallWorld({ random: createRandom(1), groups: [[10, 30], [10, 1], [5, 0]] });
 * const { name, facts } = world.people[0];
 * world.question(world.people[0], 'city') // { prompt: ` where does${name} live ?`, answer: facts.city }
 */
export function smallWorld({ random, groups }: SmallWorldOptions): SmallWorld {
  for (const number of groups.flat())
    if (!(Number.isInteger(number) && number >= 0))
      throw new RangeError(`Cannot make a world: expected whole numbers of 0 or more, got ${number}`);
  const count = groups.reduce((sum, [people]) => sum + people, 0);
  if (count >= allNames.length)
    throw new RangeError(
      `Cannot make a world of ${count} people: expected fewer than there are names, ${allNames.length}`,
    );
  const names = random.shuffle(allNames);
  const mentions = groups.flatMap(([people, times]) => new Array<number>(people).fill(times));
  const people = mentions.map((times, nth) => ({
    name: names[nth]!,
    facts: factsOf(random),
    mentions: times,
  }));
  const free = names.slice(count);
  const question = (person: Person, attribute: Attribute): Problem => ({
    prompt: filled(asked[attribute], person),
    answer: person.facts[attribute],
  });
  return {
    symbols,
    people,
    passerBy: (source) => ({ name: source.pick(free), facts: factsOf(source), mentions: 0 }),
    biography: (person, source) =>
      source
        .shuffle(attributes)
        .map((attribute) => filled(source.pick(sentences[attribute]), person) + person.facts[attribute])
        .map((sentence) => `${sentence} .`)
        .join(''),
    question,
    questions: (person) => attributes.map((attribute) => question(person, attribute)),
  };
}

const factsOf = (random: Random): Person['facts'] => ({
  city: random.pick(values.city),
  job: random.pick(values.job),
  year: random.pick(values.year),
});

const allNames = firstNames.flatMap((first) => lastNames.map((last) => first + last));

const ownWords = [...Object.values(sentences).flat(), ...Object.values(asked)]
  .flatMap((form) => form.split(' '))
  .filter((word) => word !== '#')
  .map((word) => ` ${word}`);

const symbols: readonly string[] = [
  ...new Set([...ownWords, ' .', ...firstNames, ...lastNames, ...cities, ...jobs, ...years]),
];
