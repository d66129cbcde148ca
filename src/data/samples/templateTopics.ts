/** What template conversations are about: questions with right answers, drawn from corpora and from arithmetic. */
import type { Random } from '../../core/random.js';
import { readCorpus } from '../corpora/corpora.js';

/** What a question is about. */
export type TemplateChatKind = 'capital' | 'meaning' | 'sum' | 'self';

/** A question with what is to be said about it. */
export interface Topic {
  readonly kind: TemplateChatKind;
  /** What it is about, the same for all ways to ask. */
  readonly subject: string;
  readonly question: string;
  /** The bare answer; `{name}` is the assistant's name. */
  readonly short: string;
  /** The same as a sentence. */
  readonly long: string;
}

/** Draws topics of one kind; what it needs of a corpus is read first. */
export function topicDrawer(kind: TemplateChatKind): (random: Random) => Topic {
  return drawers[kind]();
}

const drawers: { readonly [kind in TemplateChatKind]: () => (random: Random) => Topic } = {
  capital: () => {
    const capitals = readCapitals();
    return (random) => capitalTopic(random.pick(capitals), random);
  },
  meaning: () => {
    const meanings = readMeanings();
    return (random) => meaningTopic(random.pick(meanings), random);
  },
  sum: () => sumTopic,
  self: () => selfTopic,
};

interface Capital {
  readonly place: string;
  readonly capital: string;
}

/** Places and capitals whose names are one or two words in plain letters. */
function readCapitals(): Capital[] {
  const isPlain = (name: string) => /^[A-Z][a-z]+( [A-Z][a-z]+)?$/.test(name);
  return readCorpus('factbook').flatMap(({ text, metadata }) => {
    const place = String(metadata.place);
    const [, capital = ''] = /^Capital: name: ([^;,(]+)/m.exec(text) ?? [];
    return isPlain(place) && isPlain(capital.trim()) ? [{ place, capital: capital.trim() }] : [];
  });
}

function capitalTopic({ place, capital }: Capital, random: Random): Topic {
  const question = random.pick([
    `What is the capital of ${place}?`,
    `Name the capital of ${place}.`,
    `Which city is the capital of ${place}?`,
  ]);
  const long = `The capital of ${place} is ${capital}.`;
  return { kind: 'capital', subject: place, question, short: `${capital}.`, long };
}

interface Meaning {
  readonly word: string;
  readonly gloss: string;
}

/** Nouns of one short word and the first meaning that is said in a few words. */
function readMeanings(): Meaning[] {
  const found = new Map<string, Meaning>();
  for (const { text } of readCorpus('wordnet')) {
    const [, word, gloss] =
      /^([a-z]{3,8})(?:, [^(]*)? \(noun\): ((?:an?|the|any) [a-z ,-]{6,32})(?:;|$)/.exec(text) ?? [];
    if (word && gloss && !found.has(word)) found.set(word, { word, gloss: gloss.trim() });
  }
  return [...found.values()];
}

function meaningTopic({ word, gloss }: Meaning, random: Random): Topic {
  const question = random.pick([`What does ${word} mean?`, `Define ${word}.`, `What is meant by ${word}?`]);
  const short = `${gloss[0]!.toUpperCase()}${gloss.slice(1)}.`;
  return { kind: 'meaning', subject: word, question, short, long: `The word ${word} means ${gloss}.` };
}

function sumTopic(random: Random): Topic {
  const [one, other] = [random.integer(50), random.integer(50)];
  const sum = `${one} + ${other}`;
  const question = random.pick([`What is ${sum}?`, `How much is ${sum}?`, `Add ${one} and ${other}.`]);
  const total = one + other;
  return { kind: 'sum', subject: sum, question, short: `${total}.`, long: `${sum} is ${total}.` };
}

function selfTopic(random: Random): Topic {
  const question = random.pick([
    'Who are you?',
    'What is your name?',
    'What are you called?',
    'How shall I call you?',
    'Please tell me your name.',
  ]);
  return { kind: 'self', subject: question, question, short: '{name}.', long: 'My name is {name}.' };
}
