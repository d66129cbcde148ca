/**
 * Words where a script puts no blanks between them: Chinese, Japanese, Thai, Lao, Khmer, Burmese. `Intl.Segmenter` finds
 * them with ICU's dictionaries, which may grow from one version of Node to the next. Texts in other scripts are left alone.
 */

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

// Thai and Lao, Burmese, Khmer, kana, the characters of Chinese; none of them is below U+0E00, where most texts end.
const withoutBlanks =
  /[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30fa\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ud840-\ud888]/;

/** Letters between two blanks where words are parted already, at most; words have 2 to 5 in these scripts. */
const longestSpaced = 6;

let lastText = '';
let lastLacks = false;

/**
 * Whether most letters of a text are of scripts without blanks, and it has none between its words. The answer for the last
 * text is kept, since several rules ask in turn.
 */
export function lacksBlanks(text: string): boolean {
  if (text !== lastText) [lastText, lastLacks] = [text, lettersLackBlanks(text)];
  return lastLacks;
}

function lettersLackBlanks(text: string): boolean {
  const first = text.search(withoutBlanks);
  if (first < 0) return false;
  let [without, others, pieces, isInPiece] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isBlank = code <= 32 || code === 0xa0 || code === 0x3000;
    if (!isBlank && !isInPiece) pieces++;
    isInPiece = !isBlank;
    if (at >= first && withoutBlanks.test(text[at]!)) without++;
    else if (isOtherLetter(code)) others++;
  }
  return without > others && without > longestSpaced * pieces;
}

/** Latin, Greek, Cyrillic, the scripts of India and of Korea, and all between. */
const isOtherLetter = (code: number): boolean =>
  code < 0xc0 ? (code | 32) >= 97 && (code | 32) <= 122 : code < 0x2000 || (code >= 0xac00 && code < 0xd800);

/** The words and marks of a text, blanks among them, as pieces that together are the text. */
export function* brokenText(text: string): Generator<string, void, undefined> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * The text with blanks between its words, where its script has none.
 *
 * @example
 * blankedText('我爱北京天安门。') // '我 爱 北京 天安门 。'
 */
export const blankedText = (text: string): string =>
  lacksBlanks(text) ? [...brokenText(text)].join(' ') : text;
