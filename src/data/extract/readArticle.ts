/** The article of a page: Readability's alone, or with what is beside an article taken out before and behind it. */
import { Readability } from '@mozilla/readability';
import { articleText } from './articleText.js';
import { removeBoilerplate } from './boilerplate.js';
import { leadLines, withLead } from './lead.js';
import type { PageDocument } from './pageDocument.js';
import type { PageElement } from './pageNodes.js';
import { proseHolder, proseOf } from './prose.js';
import { trimArticle, trimEnds } from './trimArticle.js';

/** An article; without text where none was found. */
export interface Article {
  readonly text: string;
  readonly title: string;
}

/** What Readability finds, as it is. It takes the page apart. */
export function plainArticle(page: PageDocument): Article {
  const { title, content } = found(page);
  return { title, text: content ? articleText(content) : '' };
}

// Where Readability finds less than this share of a page's prose, and little of it though the page has some, it took the
// wrong box: the smallest one that holds nearly all prose is better.
const leastShare = 0.2;
const [little, some] = [1000, 200];

/**
 * The article without captions, lists of links, by-lines and invitations, and with its lead.
 *
 * @param again Reads the page once more, since Readability takes it apart.
 */
export function preciseArticle(page: PageDocument, again: () => PageDocument): Article {
  removeBoilerplate(page);
  const lines = leadLines(page);
  const whole = page.body ? proseOf(page.body) : 0;
  const { title, content } = found(page);
  const prose = content ? proseOf(content) : 0;
  const isLost = whole >= some && prose < little && prose < leastShare * whole;
  const article = isLost ? allProse(again()) : content;
  if (!article) return { title, text: '' };
  trimArticle(article);
  return { title, text: withLead(trimEnds(articleText(article)), lines) };
}

function allProse(page: PageDocument): PageElement | undefined {
  removeBoilerplate(page);
  return page.body ? proseHolder(page.body) : undefined;
}

function found(page: PageDocument): { readonly title: string; readonly content: PageElement | undefined } {
  // The nodes have what Readability uses of a document, which is far from all that the type says.
  const article = new Readability(page as unknown as Document, { serializer: (root) => root }).parse();
  return { title: article?.title ?? '', content: article?.content as unknown as PageElement | undefined };
}
