/**
 * The lead of an article often stands beside it, under the heading, where Readability takes it for a part of the page's
 * head. So what stands between the last heading in front of the article and its first line is put back.
 */
import type { PageDocument } from './pageDocument.js';
import { lineOf, textBlocks } from './textBlocks.js';

// Shorter lines under a heading are dates and names; longer ones are texts of their own.
const [least, most] = [60, 1200];
const mostLines = 3;
// Lines are told apart by their beginnings, since Readability may cut the end off one.
const beginning = 60;

/** The headings of a page, as `undefined`, and the lines that may be a lead, in the page's order. */
export function leadLines({ body }: PageDocument): readonly (string | undefined)[] {
  if (!body) return [];
  return textBlocks(body).flatMap(({ element, size, linked, isSmallest }) => {
    if (element.tagName === 'H1') return [undefined];
    return isSmallest && size >= least && linked <= 0.4 * size ? [lineOf(element)] : [];
  });
}

/** Puts the lead in front of an article, if the page has one there. */
export function withLead(text: string, lines: readonly (string | undefined)[]): string {
  const begins = new Set(text.split('\n').map((line) => line.replace(/^- /, '').slice(0, beginning)));
  const first = lines.findIndex((line) => line !== undefined && begins.has(line.slice(0, beginning)));
  const heading = lines.lastIndexOf(undefined, first);
  if (first < 0 || heading < 0) return text;
  const lead = lines.slice(heading + 1, first).filter((line) => line!.length <= most);
  return lead.length <= mostLines ? [...lead, text].join('\n') : text;
}
