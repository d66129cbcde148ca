/** Texts that tokenizers get wrong, and random ones. */
import type { createRandom } from '../../src/core/random.js';

/** Many scripts, contractions in both cases, digits, code, spaces of every kind, emoji, marks, specials in text. */
export const mixedText = [
  "The quick brown fox couldn't jump; it's 12345678 dogs' WE'LL HADN'T I'M y'all O'Brien's",
  'for (let i = 0; i < 10; i++) {\n\tconsole.log(`#` + i);\n}\n\n\n',
  '   leading, trailing   \n \n  \r\n\r\n \t mixed\t\twhite \u00a0\u2003\u3000space   ',
  '速通概念：大语言模型把文本切成词元。今天天气很好，我们去公园散步吧！',
  'Привет, как дела? Γειά σου Κόσμε. مرحبا بالعالم. שלום עולם. नमस्ते दुनिया। สวัสดีชาวโลก',
  '👩‍👩‍👧‍👦 🇨🇳🇺🇸 é vs e\u0301 naïve ﬁ Ａ１ ǅ ʰ ª Ⅷ ½ ²³ ٣٤٥',
  '<|endoftext|> <|im_start|>user<|fim_prefix|>',
  '\u0000\u0001\u001b[31m\u007f\u0085\ufeff\u200b\u202e\ufffd\u{10ffff}',
  'https://example.com/a?b=c&d=%20 user@example.com 3.14159e-10 0xDEADBEEF ---- ==== ####',
].join('\n');

/** A random string of 0 to `longest` characters from every corner of Unicode, lone surrogates included if wanted. */
export function randomText(
  random: ReturnType<typeof createRandom>,
  { longest = 40, surrogates = false }: { readonly longest?: number; readonly surrogates?: boolean } = {},
): string {
  const ranges = [
    [0x20, 0x7f],
    [0x20, 0x30],
    [0x61, 0x65],
    [0x00, 0x20],
    [0x80, 0x500],
    [0x4e00, 0x9fff],
    [0x1f300, 0x1f6ff],
    [0x2000, 0x206f],
    surrogates ? [0xd800, 0xe000] : [0xe000, 0x10000],
  ] as const;
  return Array.from({ length: random.integer(longest + 1) }, () => {
    const [from, to] = ranges[random.integer(ranges.length)]!;
    return String.fromCodePoint(from + random.integer(to - from));
  }).join('');
}
