/**
 * What is left in an article and is none of it: lists of links, lines that only point elsewhere or say whose a picture
 * is, and short notes at the two ends, such as a date or the heading of a list that is gone.
 */
import type { PageElement } from './pageNodes.js';
import { pointsElsewhere } from './pointers.js';
import { lineOf, type TextBlock, textBlocks } from './textBlocks.js';

const listTags = new Set('ASIDE DIV DL NAV OL SECTION TABLE UL'.split(' '));
// From here on a line is taken for a sentence or more, if it ends like one.
const sentence = 25;
const longestNote = { atStart: 30, atEnd: 60 };
const mostNotes = 3;

/** Takes it out of the nodes of an article. */
export function trimArticle(article: PageElement): void {
  const blocks = textBlocks(article);
  const whole = blocks.at(-1)?.size ?? 0;
  for (const block of blocks) if (block.size <= 0.4 * whole && isBeside(block)) block.element.remove();
}

/** Whether a block is links for the most part, or points elsewhere. */
function isBeside({ element, size, linked, isSmallest, hasBreak }: TextBlock): boolean {
  if (element.tagName === 'PRE') return false;
  if (listTags.has(element.tagName) && size > 20 && linked > 0.7 * size) return true;
  return (
    isSmallest && !hasBreak && (linked >= 0.8 * size || (size < 200 && pointsElsewhere(lineOf(element))))
  );
}

/**
 * Takes short lines that are no sentences off both ends of an article's text. Where nothing is longer, it is a list or a
 * poem and stays as it is.
 */
export function trimEnds(text: string): string {
  const lines = text.split('\n');
  if (!lines.some(({ length }) => length > longestNote.atEnd)) return text;
  const isNote = (line: string, longest: number) =>
    line.length <= longest && !/^(?:-|\d+\.) /.test(line) && !isSentence(line);
  let start = 0;
  while (start < mostNotes && isNote(lines[start]!, longestNote.atStart)) start++;
  let [end, notes] = [lines.length, 0];
  while (isNote(lines[end - 1]!, longestNote.atEnd)) {
    // A line that ends in a colon or a question leads to something that is not there.
    if (!/[:?]$/.test(lines[end - 1]!) && ++notes > mostNotes) break;
    end--;
  }
  return lines.slice(start, end).join('\n');
}

const isSentence = (line: string): boolean =>
  line.length >= sentence && /[.!?…。！？।؟]["'”“’»«)\]]*$/.test(line);
