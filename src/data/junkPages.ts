/**
 * What a crawl brings in besides articles, one page of each kind and each with a label, so that every stage of the
 * pipeline has something to drop and a reader can check that it was the right stage. All of it is invented.
 */
import { articlePage } from './samplePages.js';
import type { WebPage } from './writeWarc.js';

/** A page that should not become training text, and why. */
export interface JunkPage extends WebPage {
  readonly label: string;
}

/**
 * The junk, the same each time.
 *
 * @example
 * junkPages().map((page) => page.label) // ['casino', 'adult site', 'German', …]
 */
export function junkPages(): JunkPage[] {
  return [...badAddresses, ...foreign, ...machine, ...thin].map(([label, url, html]) => ({
    label,
    url,
    html,
  }));
}

type Row = readonly [label: string, url: string, html: string];

const filler =
  `The committee met on Tuesday to talk about the budget of the town. Most of the members agreed that
the library should have longer hours, and that the bridge should be painted before the winter. There was some doubt
about the cost of the new school bus. The mayor said that she would have an answer by the end of the month. People
who want to be heard can write to the town hall or come to the next meeting in person.`.replaceAll('\n', ' ');

const repeat = (text: string, times: number): string => Array.from({ length: times }, () => text).join('\n');

const badAddresses: readonly Row[] = [
  ['casino', 'https://www.lucky-casino.example/welcome', articlePage('Welcome', filler)],
  ['adult site', 'https://videos.adult-site.example/story/12', articlePage('A story', filler)],
  ['adult host', 'https://hot.free-pages.example/', articlePage('My page', filler)],
];

const foreign: readonly Row[] = [
  [
    'German',
    'https://zeitung.example/rathaus',
    articlePage(
      'Aus dem Rathaus',
      `Der Stadtrat hat am Dienstag über den Haushalt beraten. Die meisten Mitglieder waren sich einig, dass die
Bibliothek länger öffnen soll und dass die Brücke noch vor dem Winter gestrichen wird. Über die Kosten für den neuen
Schulbus wurde lange gestritten. Die Bürgermeisterin will bis zum Ende des Monats eine Antwort geben.`,
    ),
  ],
  [
    'Portuguese',
    'https://jornal.example/camara',
    articlePage(
      'Na câmara',
      `A câmara reuniu-se na terça-feira para discutir o orçamento da cidade. A maioria dos membros concordou que a
biblioteca deve abrir durante mais horas e que a ponte deve ser pintada antes do inverno. Houve muitas dúvidas sobre o
preço do novo autocarro da escola. A presidente prometeu uma resposta até ao fim do mês.`,
    ),
  ],
  [
    'Japanese',
    'https://shimbun.example/gikai',
    articlePage(
      '町議会',
      `町議会は火曜日に予算について話し合いました。図書館の開館時間を延ばし、冬の前に橋を塗り直すことに多くの議員が賛成しました。
新しいスクールバスの費用については意見が分かれました。町長は月末までに答えを出すと述べました。`,
    ),
  ],
];

const machine: readonly Row[] = [
  [
    'PDF called HTML',
    'https://files.example/report',
    `%PDF-1.7\n${'\u0001\u0002\u0003\uFFFD obj stream '.repeat(200)}`,
  ],
  ['plain text called HTML', 'https://files.example/log', repeat('2024-01-01 12:00:00 INFO ready', 40)],
  [
    'source code',
    'https://code.example/app',
    articlePage(
      'How to write a counter',
      `${filler}\nfunction count(items) { let total = 0; for (const item of items) { total += item; } return total; }\n${filler}`,
    ),
  ],
  [
    'filler text',
    'https://template.example/demo',
    articlePage('Demo', `${filler}\nLorem ipsum dolor sit amet, consectetur adipiscing elit.\n${filler}`),
  ],
  ['hash tags', 'https://tags.example/top', articlePage('Top tags', `${filler.replaceAll(' ', ' #')}`)],
];

const offers = Array.from(
  { length: 60 },
  (_, nth) => `Offer ${nth + 1}, see it in our shop and have it with you`,
);
const teasers = Array.from(
  { length: 20 },
  (_, nth) => `The ${nth + 1}th thing that you have to know about the town ...`,
);
const prices = Array.from({ length: 120 }, (_, nth) => `${nth * 3} 41.${nth} / 7 : ${nth} of 120`);

const thin: readonly Row[] = [
  [
    'one sentence',
    'https://short.example/',
    articlePage('Soon', 'This page will be with you soon, so come back to it.'),
  ],
  [
    'spam',
    'https://watches.example/',
    articlePage('Watches', repeat('Buy the best cheap watches here and save with us today!', 60)),
  ],
  ['list of offers', 'https://shop.example/offers', articlePage('Offers', offers.join('\n'))],
  ['cut-off teasers', 'https://portal.example/', articlePage('Today', teasers.join('\n'))],
  ['table of numbers', 'https://prices.example/', articlePage('Prices', prices.join('\n'))],
  [
    'key words',
    'https://words.example/',
    articlePage(
      'Words',
      'cheap flights hotel car rental insurance loan credit phone '.repeat(3) +
        offers.map((line) => line.split(' ')[0]! + line.split(' ')[1]).join(' '),
    ),
  ],
];
