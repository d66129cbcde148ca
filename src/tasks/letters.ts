/**
 * Words and the letters in them. A word is in small letters, as a tokenizer that was trained on words cuts it;
 * letters by themselves are capitals, which no such tokenizer joins: `strawberry` is a few tokens, `STRAWBERRY`
 * is ten.
 */
import type { Random } from '../core/random.js';
import { answers, demonstration } from './steps.js';
import type { Problem, Task } from './task.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Words to be spelled: `tea=` wants `TEA`.
 *
 * @param words Of the letters a to z.
 * @throws {RangeError} If there is no word, or one has another character.
 *
 * @example
 * spelling(['tea']).problem(createRandom(1)) // { prompt: 'tea=', answer: 'TEA' }
 */
export function spelling(words: readonly string[]): Task {
  checkWords(words);
  return {
    name: 'spelling',
    symbols: [...alphabet.toLowerCase(), ...alphabet, '='],
    problem: (random) => {
      const word = random.pick(words);
      return { prompt: `${word}=`, answer: word.toUpperCase() };
    },
    reward: ({ prompt }, completion) => Number(completion === prompt.slice(0, -1).toUpperCase()),
  };
}

/** How letters are counted. */
export interface CountLettersOptions {
  /** Whether the prompt has the word letter by letter, in capitals; default no. */
  readonly spelledOut?: boolean;
  /** Whether the answer spells the word first, and keeps count; default no. */
  readonly steps?: boolean;
}

/** A letter is asked for that stands in the word one, two or three times, each as often. */
const mostTimes = 3;

/**
 * Letters to be counted: `strawberry,R=` wants `3`. How often the letter stands there is drawn first, from 1, 2
 * and 3, so that a guess is right one time in three.
 *
 * With `steps` it wants the count so far behind each letter, `S0T0R1A1W1B1E1R2R3Y3>3`, of which what stands
 * behind the one `>` is judged.
 *
 * @param words Of the letters a to z; some have to have a letter once, some twice and some three times.
 * @throws {RangeError} If they do not.
 *
 * @example
 * const task = countLetters(['tea', 'otter', 'eleven'], { steps: true });
 * task.reward({ prompt: 'otter,T=', answer: 'O0T1T2E2R2>2' }, 'O0T1T2E2R2>2') // 1
 * task.reward({ prompt: 'otter,T=', answer: 'O0T1T2E2R2>2' }, '1>2>3') // 0
 */
export function countLetters(
  words: readonly string[],
  { spelledOut = false, steps = false }: CountLettersOptions = {},
): Task {
  checkWords(words);
  const byTimes = Array.from({ length: mostTimes }, (_, nth) => withLetters(words, nth + 1));
  return {
    name: `count ${spelledOut ? 'spelled-out ' : ''}letters${steps ? ' one by one' : ''}`,
    symbols: [...alphabet.toLowerCase(), ...alphabet, ...'0123,=>'],
    problem: (random): Problem => {
      const [word, letter] = drawn(byTimes, random);
      const prompt = `${spelledOut ? word.toUpperCase() : word},${letter.toUpperCase()}=`;
      return { prompt, answer: demonstration(steps ? tally(word, letter) : undefined, count(word, letter)) };
    },
    reward: ({ prompt }, completion) => {
      const [word, letter] = prompt.slice(0, -1).toLowerCase().split(',');
      return Number(answers(completion, count(word!, letter!), steps));
    },
  };
}

const count = (word: string, letter: string): string => String(word.split(letter).length - 1);

/** The word letter by letter, and behind each the count so far. */
const tally = (word: string, letter: string): string =>
  [...word].map((each, nth) => each.toUpperCase() + count(word.slice(0, nth + 1), letter)).join('');

type Asked = readonly [word: string, letter: string];

/** Every word with each letter that it has so often. */
function withLetters(words: readonly string[], times: number): Asked[] {
  const asked = words.flatMap((word) =>
    [...new Set(word)].flatMap((letter) =>
      count(word, letter) === String(times) ? [[word, letter] as const] : [],
    ),
  );
  if (asked.length === 0)
    throw new RangeError(`Cannot count letters: expected a word that has a letter ${times} times, got none`);
  return asked;
}

const drawn = (byTimes: readonly (readonly Asked[])[], random: Random): Asked =>
  random.pick(random.pick(byTimes));

function checkWords(words: readonly string[]): void {
  if (words.length === 0) throw new RangeError('Cannot make problems of words: expected a word, got none');
  const stranger = words.find((word) => !/^[a-z]+$/.test(word));
  if (stranger !== undefined)
    throw new RangeError(`Cannot make problems of words: expected letters from a to z, got "${stranger}"`);
}
