/**
 * Judges a page by its address alone, before anything is parsed. The lists are arguments: FineWeb takes domains from
 * the UT1 blacklists of the university of Toulouse and words of its own.
 */
import { parse } from 'tldts';
import { drop, type Filter, keep, type Verdict } from '../filter.js';

/** What `urlFilter` looks for; every list is empty by default. */
export interface UrlFilterOptions {
  /** Blocked registered domains (`bad.co.uk`), or hosts (`ads.good.com`): a host blocks itself and nothing below it. */
  readonly domains?: Iterable<string>;
  /** Blocked addresses, without `https://` and without a slash at the end. */
  readonly urls?: Iterable<string>;
  /** Words of which one is enough; the address is split at all but letters and digits, and case counts. */
  readonly bannedWords?: Iterable<string>;
  /** Words of which `softLimit` are enough. */
  readonly softBannedWords?: Iterable<string>;
  /** Default 2, FineWeb's. */
  readonly softLimit?: number;
  /** Pieces looked for anywhere in the address in lower case with all but letters and digits taken out. */
  readonly bannedSubwords?: Iterable<string>;
}

/**
 * Drops pages by address, in FineWeb's order: domain, subdomain, address, banned word, two soft-banned words, banned
 * piece of a word. A document without address passes.
 *
 * @example
 * urlFilter({ domains: ['casino.example'] }).judge({ id: 'a', text: '', url: 'https://www.casino.example/', metadata: {} })
 * // { keep: false, reason: 'blocked domain', detail: 'casino.example' }
 */
export function urlFilter(options: UrlFilterOptions = {}): Filter {
  const { softLimit = 2 } = options;
  const domains = new Set(options.domains);
  const urls = new Set([...(options.urls ?? [])].map(bare));
  const words = { banned: new Set(options.bannedWords), soft: new Set(options.softBannedWords) };
  const pieces = [...(options.bannedSubwords ?? [])];

  const judgeUrl = (url: string): Verdict => {
    const { domain, hostname } = parse(url);
    if (!hostname || !URL.canParse(url)) return drop('unreadable address', url.slice(0, 80));
    if (domain && domains.has(domain)) return drop('blocked domain', domain);
    if (domains.has(hostname)) return drop('blocked subdomain', hostname);
    if (urls.has(bare(url))) return drop('blocked address', url);
    const found = new Set(url.split(/[^a-zA-Z0-9]+/));
    const banned = [...found].filter((word) => words.banned.has(word));
    if (banned.length > 0) return drop('banned word in address', banned[0]);
    const soft = [...found].filter((word) => words.soft.has(word));
    if (soft.length >= softLimit) return drop('banned words in address', soft.join(', '));
    const squeezed = url.replace(/[^a-zA-Z0-9]+/g, '').toLowerCase();
    const piece = pieces.find((candidate) => squeezed.includes(candidate));
    return piece === undefined ? keep : drop('banned piece in address', piece);
  };
  return { name: 'URL', judge: ({ url }) => (url === undefined ? keep : judgeUrl(url)) };
}

const bare = (url: string): string => url.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, '');
