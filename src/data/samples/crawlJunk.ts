/**
 * What no model should read, invented for the pages of `labelledCrawl`: pages without a text, spam, and what machines
 * write. Some of it reads like a text and gets through every rule about form; that is what such rules can do.
 */
import type { Random } from '../../core/random.js';
import type { PageText } from './crawlText.js';

/** Makes a page's text from random numbers. */
export type TextMaker = (random: Random) => PageText;

const times = <T>(count: number, make: (nth: number) => T): T[] =>
  Array.from({ length: count }, (_, nth) => make(nth));
const split = (words: string): string[] => words.split(/\s+/).filter(Boolean);

const goods =
  split(`watches handbags sneakers pills loans phones laptops perfumes tickets vacuums mattresses drones
headphones jackets boots toasters kettles guitars bicycles tents lamps rugs clocks mirrors knives backpacks`);
const praise = split('cheap best original discount premium certified exclusive genuine luxury wholesale');
const towns = split('Aldmere Brookhaven Carlow Dunbridge Eastwick Farnley Glenmoor Hartwell Ilford Kingsby');

/** Pages that are all menu, form or list. */
export const boilerplate: readonly TextMaker[] = [
  () => ({
    title: 'Sign in',
    paragraphs: [
      'User name',
      'Password',
      'Remember me',
      'Forgot your password?',
      'Create an account',
      'Help',
    ],
  }),
  (random) => ({
    title: 'Page not found',
    paragraphs: [
      `The address /item/${random.integer(1e5)} is not here any more.`,
      'Go back to the home page.',
    ],
  }),
  (random) => ({
    title: `All ${random.pick(goods)}`,
    paragraphs: times(25 + random.integer(30), (nth) => {
      const name = `${random.pick(praise)} ${random.pick(goods)} ${nth}`;
      return `${name} – ${random.integer(900)}.99 – Add to cart`;
    }),
  }),
  (random) => ({
    title: 'Branches',
    paragraphs: times(
      30 + random.integer(30),
      (nth) => `${random.pick(towns)} Street ${nth}, open until ${random.integer(12)}`,
    ),
  }),
  (random) => ({
    title: `Search: ${random.pick(goods)}`,
    paragraphs: times(12 + random.integer(10), () => {
      const [one, two] = [random.pick(goods), random.pick(towns)];
      return `We have been looking at ${one} in ${two} for ${random.integer(90)} years and this is what we have to ...`;
    }),
  }),
  () => ({
    title: 'Before you go on',
    paragraphs: times(
      6,
      (nth) => `Our site uses cookies of kind ${nth}; read the cookie policy and the terms of use.`,
    ),
  }),
];

/** Offers over and over. */
export const spam: readonly TextMaker[] = [
  (random) => {
    const line = `Buy ${random.pick(praise)} ${random.pick(goods)} online now with free delivery to ${random.pick(towns)}!`;
    return { title: 'Offer of the day', paragraphs: times(20 + random.integer(40), () => line) };
  },
  (random) => {
    const thing = random.pick(goods);
    const offers = times(8, () =>
      times(6, () => `${random.pick(praise)} ${thing} ${random.pick(towns)}`).join(', '),
    );
    return { title: `${random.pick(praise)} ${thing}`, paragraphs: offers };
  },
  (random) => ({
    title: 'Follow us',
    paragraphs: times(10, () => times(12, () => `#${random.pick(praise)}${random.pick(goods)}`).join(' ')),
  }),
  (random) => {
    const thing = random.pick(goods);
    const claims = times(14, () => {
      const where = random.pick(towns);
      return `If you are looking for ${random.pick(praise)} ${thing} in ${where}, our ${thing} in ${where} are the ${thing} you need.`;
    });
    return {
      title: `${thing} for everyone`,
      paragraphs: times(4, (nth) => claims.slice(3 * nth, 3 * nth + 3).join(' ')),
    };
  },
];

const hex = (random: Random, length: number): string =>
  times(length, () => '0123456789abcdef'[random.integer(16)]).join('');

/** What machines write for machines. */
export const machineJunk: readonly TextMaker[] = [
  (random) => ({
    title: 'server log',
    paragraphs: times(
      40,
      (nth) =>
        `2024-01-${10 + (nth % 20)} 12:${10 + nth} INFO worker-${random.integer(9)} ready in ${nth} ms`,
    ),
  }),
  (random) => ({
    title: 'dump',
    paragraphs: times(30, (nth) => `${hex(random, 8)}: ${times(8, () => hex(random, 4)).join(' ')} ${nth}`),
  }),
  (random) => ({
    title: 'main.js',
    paragraphs: times(
      20,
      (nth) => `function step${nth}(a, b) { if (a > ${random.integer(99)}) { return b; } return a; }`,
    ),
  }),
  (random) => ({
    title: 'Demo page',
    paragraphs: times(
      5,
      () =>
        `Lorem ipsum dolor sit amet, ${random.shuffle(split('consectetur adipiscing elit sed do eiusmod tempor incididunt')).join(' ')}.`,
    ),
  }),
  (random) => ({
    title: 'Table 3',
    paragraphs: times(40, (nth) =>
      times(8, () => (random.integer(1e5) / 100).toFixed(2))
        .concat(String(nth))
        .join(' '),
    ),
  }),
  (random) => ({
    title: 'scan',
    paragraphs: times(6, () =>
      times(60, () =>
        times(2 + random.integer(6), () => 'tlicrnvwuemo|1;'[random.integer(15)]).join(''),
      ).join(' '),
    ),
  }),
];

const salad =
  split(`the of and to a in that it was for on with as his be at by had not are but from have they which one
you were her all she there would their we him been has when who will more no if out so said what up its about into than
them can only other new some could time these two may then do first any my now such like our over man me even most made
after also did many before must through back years where much your way well down should because each just those people
house water river stone window letter morning engine garden winter paper market silver voice road`);

/** Words in no order, as a broken program or a search engine's trap makes them. No rule about form finds it. */
export const wordSalad: TextMaker = (random) => ({
  title: `Notes ${random.integer(1000)}`,
  paragraphs: times(4, () =>
    times(5, () => {
      const words = times(9 + random.integer(9), () => random.pick(salad)).join(' ');
      return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
    }).join(' '),
  ),
});
