/** Prose for the pages of `labelledCrawl`: pieces of the real corpora, each used once, and small changes to them. */
import type { Random } from '../../core/random.js';
import { readCorpus } from '../corpora/corpora.js';

/** What stands on a page: a headline and paragraphs. */
export interface PageText {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/**
 * All articles that the corpora give, in random order: 8 to 30 sentences in a row from a president's address or a chapter
 * of Moby Dick. No sentence stands in two of them, but where a president said it twice.
 */
export function crawlArticles(random: Random): PageText[] {
  const articles: PageText[] = [];
  for (const { text } of [...readCorpus('sotu'), ...readCorpus('moby-dick')]) {
    const sentences = text.replace(/\s+/g, ' ').match(/[^.?!]+[.?!]+["”)]*\s*/g) ?? [];
    for (let at = 0; ; ) {
      const count = 8 + random.integer(23);
      if (at + count > sentences.length) break;
      articles.push(articleOf(sentences.slice(at, at + count), random));
      at += count;
    }
  }
  return random.shuffle(articles);
}

function articleOf(sentences: readonly string[], random: Random): PageText {
  const title = sentences[0]!.trim().split(' ').slice(0, 7).join(' ').replace(/\W+$/, '');
  const paragraphs: string[] = [];
  for (let at = 0; at < sentences.length; ) {
    const count = 2 + random.integer(4);
    paragraphs.push(
      sentences
        .slice(at, at + count)
        .join('')
        .trim(),
    );
    at += count;
  }
  return { title, paragraphs };
}

const others =
  `also almost always another around because before better between both certain common different early
either enough every few general good great half large last later least less little local long longer many more most much
near never new next often old once only other people perhaps place point quite rather same several short since small
some still such sure then there thing though time together under until very well while whole without work year yet`
    .split(/\s+/)
    .filter(Boolean);

/**
 * Puts other words in the place of some, here and there, so that about the wanted share of phrases stays: a phrase of five
 * words stays where none of the five is touched.
 */
export function edited(text: PageText, similarity: number, random: Random): PageText {
  const untouched = (2 * similarity) / (1 + similarity); // of the phrases of one text
  const rate = 1 - untouched ** (1 / 5);
  const change = (word: string) => (random.uniform() < rate ? random.pick(others) : word);
  return {
    title: text.title,
    paragraphs: text.paragraphs.map((paragraph) => paragraph.split(' ').map(change).join(' ')),
  };
}

const [people, places] = ['anna ben carla dov eva finn gita hugo', 'harbour river castle market'].map(
  (words) => words.split(' '),
) as [string[], string[]];

/** Adds a way to reach somebody: invented addresses at `.example`, and IP addresses of public name servers. */
export function withPersonalData(
  text: PageText,
  random: Random,
): { readonly text: PageText; readonly personal: readonly string[] } {
  const email = `${random.pick(people)}.${random.pick(people)}${random.integer(1000)}@${random.pick(places)}-post.example`;
  const ip = random.pick(['8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9']);
  const added =
    `If you know more about this, write to ${email} before the end of the month. The last change to this page
was made from the address ${ip}, and it was checked by a second reader.`.replaceAll('\n', ' ');
  const at = random.integer(text.paragraphs.length + 1);
  const paragraphs = [...text.paragraphs.slice(0, at), added, ...text.paragraphs.slice(at)];
  return { text: { ...text, paragraphs }, personal: [email, ip] };
}
