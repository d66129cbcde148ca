/** The first page of the book: what it is, for whom, how to begin, and what each chapter ends with. */
import { escapeHtml } from '../../core/html.js';
import { duration } from '../../core/progress.js';
import type { PageFigure } from './figures.js';
import { linkHtml, type PageLink } from './frame.js';

/** What the cover says before it lists the chapters. */
export interface BookIntroduction {
  /** What the book is, in a few sentences. */
  readonly what: string;
  /** For whom it is: each kind of reader, and what it has for them. */
  readonly readers: readonly { readonly who: string; readonly what: string }[];
  /** Commands to begin with, and what each does. */
  readonly commands: readonly { readonly command: string; readonly what: string }[];
  /** What is to be known of the list of chapters. */
  readonly note: string;
}

/** A chapter that the cover lists whether it was run or not. */
export interface BookPlan {
  /** Name of the notebook; what stands before its first dash is its number. */
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  /** How long it takes; left out where there is nothing to run yet. */
  readonly minutes?: number;
  /** Words of the title of the figure that stands for it; default its last figure. */
  readonly figure?: string;
}

/** A page as the cover lists it. */
export interface CoverPage extends PageLink {
  readonly name: string;
  readonly figures: readonly PageFigure[];
  readonly exercises: number;
  readonly wasRun: boolean;
  readonly ok?: boolean;
  readonly seconds?: number;
  readonly problem?: string;
}

/** The text of the cover. */
export function coverHtml(
  title: string,
  pages: readonly CoverPage[],
  { plan, introduction }: { readonly plan: readonly BookPlan[]; readonly introduction?: BookIntroduction },
): string {
  const taken = new Set<CoverPage>();
  const cards = plan.map((chapter) => {
    const own = pages.find(({ name }) => name === chapter.name);
    const further = pages.filter((page) => page !== own && page.name.startsWith(`${chapter.name}-`));
    for (const page of [own, ...further]) if (page) taken.add(page);
    return cardHtml(chapter, own, further);
  });
  const others = pages.filter((page) => !taken.has(page)).map((page) => cardHtml(undefined, page, []));
  const list = [...cards, ...others].join('\n');
  const chapters = list
    ? `<ol class="cards">\n${list}\n</ol>`
    : '<p class="note">This book has no chapters.</p>';
  const heading = introduction
    ? `<h2 id="chapters">What each chapter ends with</h2>\n<p class="note">${escapeHtml(introduction.note)}</p>\n`
    : '';
  return `<h1>${escapeHtml(title)}</h1>\n${introductionHtml(introduction)}${heading}${chapters}`;
}

function introductionHtml(introduction: BookIntroduction | undefined): string {
  if (!introduction) return '';
  const { what, readers, commands } = introduction;
  const terms = readers.map(({ who, what }) => `<dt>${escapeHtml(who)}</dt><dd>${escapeHtml(what)}</dd>`);
  const lines = commands.map(
    ({ command, what }) => `<span class="hljs-comment"># ${escapeHtml(what)}</span>\n${escapeHtml(command)}`,
  );
  return `<div class="introduction">
<p class="lead">${escapeHtml(what)}</p>
<div class="start">
<dl>${terms.join('\n')}</dl>
<div class="source"><pre><code>${lines.join('\n')}</code></pre></div>
</div>
</div>
`;
}

/** A chapter: its picture, title, sentence, and what it asks of the reader. */
function cardHtml(
  plan: BookPlan | undefined,
  page: CoverPage | undefined,
  further: readonly CoverPage[],
): string {
  const number = plan ? `<span class="number">${escapeHtml(plan.name.split('-', 1)[0]!)}</span> ` : '';
  const title = plan?.title ?? page?.title ?? '';
  const heading = number + (page ? linkHtml({ href: page.href, title }) : escapeHtml(title));
  const lines = [
    plan && `<p>${escapeHtml(plan.sentence)}</p>`,
    `<p class="facts">${factsOf(plan, page).join(' · ')}</p>`,
    page?.problem && `<p class="problem">${escapeHtml(page.problem)}</p>`,
    ...further.map((other) => `<p class="facts">Further: ${linkHtml(other)}</p>`),
  ].filter(Boolean);
  return `<li class="card${page ? '' : ' open'}">${pictureHtml(plan, page)}<div><h3>${heading}</h3>${lines.join('')}</div></li>`;
}

function pictureHtml(plan: BookPlan | undefined, page: CoverPage | undefined): string {
  const drawn = page?.figures.filter(({ picture }) => picture !== undefined) ?? [];
  const figure = drawn.find(({ title }) => plan?.figure && title.includes(plan.figure)) ?? drawn.at(-1);
  if (!figure) return '<div class="thumbnail"></div>';
  const { picture, alt, width, height } = figure;
  return `<div class="thumbnail"><img src="${escapeHtml(picture!)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" loading="lazy"></div>`;
}

function factsOf(plan: BookPlan | undefined, page: CoverPage | undefined): string[] {
  const { exercises = 0, seconds } = page ?? {};
  const planned = plan?.minutes === undefined ? '' : `about ${duration(60 * plan.minutes)}`;
  return [
    seconds === undefined ? planned : `ran in ${duration(seconds)}`,
    exercises === 0 ? '' : `${exercises} exercise${exercises === 1 ? '' : 's'}`,
    stateHtml(plan, page),
  ].filter(Boolean);
}

function stateHtml(plan: BookPlan | undefined, page: CoverPage | undefined): string {
  if (!page) return plan?.minutes === undefined ? 'to come' : 'not run yet';
  if (page.ok === undefined) return page.wasRun ? '' : 'not run yet';
  return page.ok ? '<span class="good">ran whole</span>' : '<span class="bad">failed</span>';
}
