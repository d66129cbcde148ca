/**
 * A crawl in which every page knows what it is, so that what a pipeline keeps and drops can be counted against the truth.
 * Articles are pieces of the real corpora; the junk is invented. Real crawls are stranger: read the numbers as a check
 * of the pipeline, not as its quality on the web.
 */
import { createRandom, type Random } from '../../core/random.js';
import { phraseSimilarity } from '../dedup/phraseSimilarity.js';
import type { WebPage } from '../readers/writeWarc.js';
import { foreignText } from './crawlForeign.js';
import { pageHtml } from './crawlHtml.js';
import { boilerplate, machineJunk, spam, wordSalad } from './crawlJunk.js';
import { crawlArticles, edited, type PageText, withPersonalData } from './crawlText.js';

/** What a page is. `article` and `personal data` are worth keeping, and a `near-duplicate` where its original is not. */
export type PageLabel =
  | 'article'
  | 'personal data'
  | 'near-duplicate'
  | 'boilerplate'
  | 'spam'
  | 'adult address'
  | 'foreign language'
  | 'machine junk';

/** A page, ready for `writeWarc`, with the truth about it. */
export interface LabelledPage extends WebPage {
  readonly html: string;
  readonly label: PageLabel;
  /** What an ideal extraction finds: headline and paragraphs, one a line. */
  readonly text: string;
  /** Near-duplicates: the address of the original, which comes earlier. */
  readonly original?: string;
  /** Near-duplicates: the share of five-word phrases in common with the original's text, counted. */
  readonly similarity?: number;
  /** Personal data: the addresses that must not come out at the end. */
  readonly personal?: readonly string[];
}

/** Options of `labelledCrawl`. */
export interface LabelledCrawlOptions {
  /** How many pages; default 1,000. */
  readonly pages?: number;
  readonly seed?: number;
  /** How often each label comes, in any unit; the default is 8 articles of 20 pages. */
  readonly shares?: { readonly [label in PageLabel]?: number };
}

const usualShares: { readonly [label in PageLabel]: number } = {
  article: 8,
  'personal data': 1,
  'near-duplicate': 3,
  boilerplate: 2,
  spam: 2,
  'adult address': 1,
  'foreign language': 2,
  'machine junk': 1,
};

/**
 * A handful of words for `urlFilter`, invented for exercises and tests and not copied from any list: enough to see each
 * rule at work, far too few for a crawl.
 */
export const inventedUrlWords = {
  bannedWords: ['casino', 'porn', 'xxx', 'escorts', 'jackpot'],
  softBannedWords: ['sexy', 'hot', 'girls', 'nude', 'adult', 'dating', 'betting', 'webcam'],
  bannedSubwords: ['pornvid', 'freecasino', 'sexcam', 'xxxmovie'],
} as const;

/** What the filter of addresses has to know beside `inventedUrlWords` to find the crawl's adult addresses. */
export const crawlBlocklists = {
  domains: ['velvet-lounge.example', 'after-dark.free-pages.example'],
  urls: ['forum.example/members-only'],
} as const;

/**
 * Makes a crawl. The same options give the same pages; a thousand take about a second, once the corpora are read.
 *
 * @throws {RangeError} If more articles are asked for than the corpora give, about 5,000 of them.
 *
 * @example
 * const pages = [...labelledCrawl({ pages: 20, seed: 1 })];
 * pages.length // 20
 * pages[0].label // 'article'
 */
export function* labelledCrawl({
  pages = 1000,
  seed = 1,
  shares = usualShares,
}: LabelledCrawlOptions = {}): Generator<LabelledPage, void, undefined> {
  const random = createRandom(seed);
  const articles = crawlArticles(random);
  const originals: LabelledPage[] = [];
  const next = (): PageText => {
    const article = articles.pop();
    if (!article) throw new RangeError(`Cannot make ${pages} pages: the corpora have no more articles`);
    return article;
  };
  for (const [nth, label] of labels(pages, shares, random).entries()) {
    const page =
      label === 'near-duplicate'
        ? nearDuplicate(random.pick(originals), nth, random)
        : pageOf(label, nth, next, random);
    if (label === 'article') originals.push(page);
    yield page;
  }
}

/** As many of each label as its share, in random order; an article comes first, for duplicates to be of something. */
function labels(
  pages: number,
  shares: { readonly [label in PageLabel]?: number },
  random: Random,
): PageLabel[] {
  const names = (Object.keys(usualShares) as PageLabel[]).filter((label) => (shares[label] ?? 0) > 0);
  const whole = names.reduce((sum, label) => sum + shares[label]!, 0);
  if (!(shares.article! > 0))
    throw new RangeError('Cannot make a crawl: expected a share of articles above 0');
  const list = names.flatMap((label) =>
    Array<PageLabel>(Math.round((pages * shares[label]!) / whole)).fill(label),
  );
  while (list.length < pages) list.push('article');
  const rest = random.shuffle(list.slice(0, pages));
  const first = rest.indexOf('article');
  if (first > 0) [rest[0], rest[first]] = [rest[first]!, rest[0]!];
  return rest;
}

function pageOf(label: PageLabel, nth: number, next: () => PageText, random: Random): LabelledPage {
  if (label === 'personal data') {
    const { text, personal } = withPersonalData(next(), random);
    return { ...printed(label, siteUrl(nth, random), text, random), personal };
  }
  if (label === 'adult address') return printed(label, adultUrl(nth, random), next(), random);
  const makers = {
    article: next,
    boilerplate: () => random.pick(boilerplate)(random),
    spam: () => random.pick(spam)(random),
    'foreign language': () => foreignText(random),
    // Word salad is one in twelve: it cannot be found by form, and real crawls have it.
    'machine junk': () => (random.integer(12) === 0 ? wordSalad(random) : random.pick(machineJunk)(random)),
  };
  return printed(label, siteUrl(nth, random), makers[label as keyof typeof makers](), random);
}

function nearDuplicate(original: LabelledPage, nth: number, random: Random): LabelledPage {
  const [title = '', ...paragraphs] = original.text.split('\n');
  const changed = edited({ title, paragraphs }, 0.5 + random.uniform() / 2, random);
  const page = printed('near-duplicate', siteUrl(nth, random), changed, random);
  return { ...page, original: original.url, similarity: phraseSimilarity(original.text, page.text) };
}

function printed(label: PageLabel, url: string, text: PageText, random: Random): LabelledPage {
  return { url, label, html: pageHtml(text, random), text: [text.title, ...text.paragraphs].join('\n') };
}

const sites = ['harbour-post', 'river-times', 'open-notes', 'old-almanac', 'county-news', 'reading-room'];

const siteUrl = (nth: number, random: Random): string =>
  `https://www.${random.pick(sites)}.example/${2015 + random.integer(9)}/page-${nth}`;

/** One address for each rule of `urlFilter`. */
function adultUrl(nth: number, random: Random): string {
  const kinds = [
    `https://www.velvet-lounge.example/story-${nth}`,
    `https://after-dark.free-pages.example/${nth}`,
    'https://forum.example/members-only/',
    `https://stories.example/porn/${nth}`,
    `https://stories.example/hot-girls/${nth}`,
    `https://stories.example/Sex-Cam/${nth}`,
  ];
  return random.pick(kinds);
}
