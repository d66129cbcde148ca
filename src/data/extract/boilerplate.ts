/**
 * What the makers of a page named as something else than its article: captions, related articles, by-lines, menus,
 * newsletters, cookie banners. Names of classes are English nearly everywhere, whatever the page's language.
 */
import type { PageDocument } from './pageDocument.js';
import type { PageElement } from './pageNodes.js';
import { proseOf } from './prose.js';

// Pieces of names that mean one thing wherever they stand; a `-` may be missing, or be a `_`.
const pieces = `
  author-bio author-box author-card author-desc author-info author-meta author-name author-profile about-author
  about-the-author bread-crumb bildunterschrift caption cookie consent copyright disclaimer disqus entry-crumbs
  entry-footer entry-meta gdpr img-meta licence license link-box newsletter next-post next-story next-article no-print
  outbrain taboola post-footer post-meta post-nav post-ratings post-tags print-button print-link promo-box promotion
  read-more read-next read-also recommend related reply-form reply-link screen-reader see-also share-bar share-box
  share-button share-daddy share-links share-post share-this share-tools share-title sharing sponsor subscribe
  subscription wp-embedded-content`;

// Those that are pieces of other words as well (`ad` of `head`), so they have to be a word of the name.
const words = `
  ad ads adv advert adverts advertisement advertising also anzeige author authors bio byline comment comments credit
  credits cta dateline kommentar kommentare more nav navi navbar navigation navbox pager pagination popup promo rating
  share shares sidebar social tag tags tag-list teasers toc widget-area`;

const comments =
  'comment comments comment-list comment-area comment-section comment-box respond replies kommentare';

const anyOf = (names: string) => names.trim().split(/\s+/).join('|').replaceAll('-', '[-_]?');
const wordOf = (names: string) => `(?<![a-z])(?:${anyOf(names)})(?![a-z])`;
const namedOther = new RegExp(`${anyOf(pieces)}|${wordOf(words)}`, 'i');
const namedComments = new RegExp(wordOf(comments), 'i');
const otherRoles =
  /^(?:alert|alertdialog|banner|complementary|contentinfo|dialog|menu|menubar|navigation|search|tooltip)$/i;
const otherTags = new Set('ADDRESS BUTTON DIALOG FIGCAPTION FOOTER MENU NAV SELECT TIME'.split(' '));

// Names lie: `has-sidebar` stands on bodies. What holds more of the page's prose than this is left alone. Tags lie less,
// and comments may be longer than what they are about.
const most = { named: 0.1, tagged: 0.5, comments: 0.9 };

/** Takes out of a page what is named as something else than its article. */
export function removeBoilerplate({ body }: PageDocument): void {
  if (!body) return;
  const prose = proseOf(body);
  let element = body.firstElementChild;
  while (element) {
    const share = shareThatMayGo(element);
    if (share > 0 && proseOf(element) <= share * prose) {
      const next = elementBehind(element, body);
      element.remove();
      element = next;
    } else element = element.firstElementChild ?? elementBehind(element, body);
  }
}

/** Up to which share of the page's prose an element can be taken out; 0 where nothing speaks for it. */
function shareThatMayGo({ tagName, attributes }: PageElement): number {
  if (otherTags.has(tagName)) return most.tagged;
  if (tagName === 'ARTICLE' || tagName === 'MAIN') return 0;
  let share = 0;
  for (const { name, value } of attributes) {
    if (name === 'class' || name === 'id') {
      if (namedComments.test(value)) return most.comments;
      if (namedOther.test(value)) share = most.named;
    } else if (name === 'role' && otherRoles.test(value)) share = most.named;
  }
  return share;
}

function elementBehind(element: PageElement, root: PageElement): PageElement | null {
  for (let one = element; one !== root; one = one.parentNode as PageElement) {
    const next = one.nextElementSibling;
    if (next) return next;
  }
  return null;
}
