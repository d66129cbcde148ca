/** Texts on which tokenizers part ways, without half surrogates, which neither Python's nor Rust's strings can hold. */
import { createRandom } from '../../src/core/random.js';
import { mixedText, randomText } from '../tokenizer/samples.js';
import { textOfClasses } from '../tokenizer/unicode.js';

const random = createRandom(71);

export const hostileTexts: readonly string[] = [
  '',
  ' ',
  'hello world',
  mixedText,
  ...mixedText.split('\n'),
  // U+0085 is white space to Rust and not to JavaScript, U+FEFF the other way round.
  ' \u0085 0',
  '\u0085.E',
  '\n\n\u0085',
  'a\u0085\u0085b \u0085c\u0085\n',
  '\ufeff// x',
  '\ufeff# x',
  '\ufeff/* x',
  'a\ufeff\ufeffb \ufeff',
  // Letters to Unicode 17, nothing to 16.
  '\u{32cef}.w a\u088fb \ua7ceA \u0c5c1',
  // A long s is an s in any case.
  "'\u017ft '\u017fabc it'\u017f IT'\u017fX",
  // White space at the end, and before line breaks.
  'a\n  ',
  'a \n\n \t',
  '\r\n  \r\n  x',
  'x \n\n   \n ',
  ' \u2028\u2029\n\u3000\n b',
  // Long words, in one piece.
  'a'.repeat(5000),
  '中文'.repeat(500),
  ' '.repeat(1000),
  '=-'.repeat(600),
  '👩‍👩‍👧‍👦'.repeat(100),
  ...Array.from({ length: 1500 }, () => textOfClasses(random, 20)),
  ...Array.from({ length: 500 }, () => randomText(random)),
].map((text) => Buffer.from(text).toString());
