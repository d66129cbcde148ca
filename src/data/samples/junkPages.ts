/**
 * What a crawl brings in besides articles, one page of each kind and each with a label, so that every stage of the
 * pipeline has something to drop and a reader can check that it was the right stage. All of it is invented.
 */
import type { WebPage } from '../readers/writeWarc.js';
import { articlePage } from './samplePages.js';

/** A page that should not become training text, and why. */
export interface JunkPage extends WebPage {
  readonly label: string;
}

/**
 * The junk, the same each time.
 *
 * @example
 * junkPages().slice(0, 3).map((page) => page.label) // ['casino', 'adult site', 'adult host']
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

const more =
  `Last year the river rose higher than anyone could remember. Two families had to leave their houses in
the middle of the night, and the road to the station was closed for a week. Since then the engineers have looked at
every wall along the water. They found that three of them would not hold against another flood like that one.`.replaceAll(
    '\n',
    ' ',
  );

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
      `${filler}\nfunction count(items) { let total = 0; for (const item of items) { total += item; } return total; }\n${more}`,
    ),
  ],
  [
    'filler text',
    'https://template.example/demo',
    articlePage('Demo', `${filler}\nLorem ipsum dolor sit amet, consectetur adipiscing elit.\n${more}`),
  ],
  ['hash tags', 'https://tags.example/top', articlePage('Top tags', `${filler.replaceAll(' ', ' #')}`)],
];

const dishes = [
  'Soup of the day with fresh bread',
  'Green salad with apples and nuts',
  'Grilled fish from our own lake',
  'Half a chicken, slowly roasted',
  'Potatoes baked in their skin',
  'Mushrooms and cream on toast',
  'Steak, done the way you like it',
  'Pancakes that children love',
  'Ice cream, three kinds to choose from',
  'Cake of the house, ask what is left',
  'Coffee, tea or hot chocolate',
  'Water from the tap is free',
  'Open every day except Monday',
  'Please call us before you come',
];

const teasers = [
  'The mayor has an answer for the people who ask about the ...',
  'A farmer found in his field what nobody had ever ...',
  'After forty years with the same company she was told that ...',
  'Scientists have been looking for this star since the day when ...',
  'Why your neighbour may have more money than ...',
  'The team lost again, and this time the coach will ...',
  'Snow is on its way to the north of the country, but ...',
  'This old trick with vinegar and a spoon could be of ...',
];

const prices = Array.from({ length: 120 }, (_, nth) => `${nth * 3} 41.${nth} / 7 : ${nth} of 120`);

const keyWords = `cheap flights hotels rental insurance loans credit phones laptops software download games movies music
lyrics recipes diet fitness jobs careers homes mortgage lawyers doctors dentists shoes handbags jewelry perfume toys
garden furniture kitchen bathroom lighting tools batteries printers cameras watches tickets concerts sports betting
poker dating chat astrology horoscope weather maps traffic news stocks gold silver bitcoin forex trading coupons`;

const short = `We are moving to a new home on the web and will be back with you in a few days. Thank you for all that you
have given to this site over the years, and come again soon.`;

const cheap = 'Buy the best cheap watches here and save with us today!';

const thin: readonly Row[] = [
  ['nearly empty page', 'https://short.example/', articlePage('Soon', short.replaceAll('\n', ' '))],
  ['spam', 'https://watches.example/', articlePage('Watches', repeat(cheap, 60))],
  ['list', 'https://menu.example/today', articlePage('Menu', dishes.join('\n'))],
  ['cut-off teasers', 'https://portal.example/', articlePage('Today', teasers.join('\n'))],
  ['table of numbers', 'https://prices.example/', articlePage('Prices', prices.join('\n'))],
  ['key words', 'https://words.example/', articlePage('Words', keyWords.replaceAll('\n', ' '))],
];
