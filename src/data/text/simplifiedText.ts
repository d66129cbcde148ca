/**
 * A text as the search for near-duplicates sees it, which is blind to capitals, digits, punctuation, accents and line
 * breaks. The rules and their order are those of datatrove, FineWeb's library.
 */

// Digits of any script, with one decimal part.
const numbers = /\p{Nd}+(?:[.,،٫⎖⎗⎘]\p{Nd}+)?/gu;
// Only these marks, as published: an apostrophe ’ is dropped, a bullet • is kept. Control characters count, and tabs and line
// breaks may, since they come to blanks either way.
const marks =
  /[!/—”:％１〈&(、━\\【#%「」，】；+^\]~“《„';’{|∶´[=\-`*．（–？！：$～«〉,><》)?）。…@_."}►»\p{Cc}]/gu;
const blanks = /[ \t\n\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/**
 * Lower case; each number a `0`; each mark a blank; blanks in a row one; accents off.
 *
 * @example
 * simplifiedText('Café, 3.14 —\n“DON’T”') // 'cafe 0 don t'
 */
export function simplifiedText(text: string): string {
  const plain = text.toLowerCase().replace(numbers, '0').replace(marks, ' ');
  const bare = /^\p{ASCII}*$/u.test(plain) ? plain : plain.normalize('NFD').replace(/\p{Mn}/gu, '');
  return bare.replace(blanks, ' ').trim();
}
