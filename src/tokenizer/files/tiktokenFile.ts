/**
 * OpenAI's `.tiktoken` files: a token in base64 and its rank on each line, and nothing else. The splitting rule and the
 * special tokens are not in the file, so whoever reads one has to name them.
 */
import { messageOf } from '../../core/errors.js';
import { writeFileAtomic } from '../../core/files.js';
import { type BpeTokenizer, bpeTokenizer } from '../bpe.js';
import type { Split } from '../engine/split.js';
import { mergesOfTokens, RankError, tokensOfModel } from './ranks.js';
import { readText, shown } from './readText.js';

/** What a `.tiktoken` file leaves out. */
export interface TiktokenTokenizerOptions {
  /** The rule that cuts text into words. */
  readonly split: Split;
  /** Special tokens and their ids, which come after the ranks; default none. */
  readonly specialTokens?: { readonly [name: string]: number };
}

const linePattern = /^((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)[ \t]+(\d{1,9})\s*$/;

/**
 * Writes the tokens of a tokenizer as a `.tiktoken` file, atomically. Special tokens are left out, as the format has it.
 *
 * @throws {RangeError} If ranks cannot say what the merges do, such as for two tokens of the same bytes.
 *
 * @example
 * saveTiktokenTokenizer('tiny.tiktoken', trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
 */
export function saveTiktokenTokenizer(path: string, { model }: BpeTokenizer): void {
  const tokens = tokensOfModel(model);
  const follows = mergesOfTokens(tokens).merges;
  const differs = model.merges.findIndex((pair, nth) => pair.some((id, side) => id !== follows[nth]![side]));
  if (differs !== -1) {
    throw new RangeError(
      `Cannot write ${path}: expected merge ${differs} to join ${follows[differs]!.join(' and ')}, as its bytes say, got ${model.merges[differs]!.join(' and ')}`,
    );
  }
  const lines = tokens.map((token, rank) => `${Buffer.from(token).toString('base64')} ${rank}\n`);
  writeFileAtomic(path, lines.join(''));
}

/**
 * Reads a `.tiktoken` file. Ranks have to be whole: 0 and up without a gap, bytes first, each token joined from two
 * before it, as those of GPT-2, cl100k and o200k are.
 *
 * @throws {Error} If there is no such file.
 * @throws {SyntaxError} If the file is damaged; the message names it and the line.
 * @throws {RangeError} If the options do not fit the file.
 *
 * @example
 * saveTiktokenTokenizer('tiny.tiktoken', trainBpe(['aaabdaaabac'], { vocabSize: 260 }));
 * loadTiktokenTokenizer('tiny.tiktoken', { split: 'gpt4' }).encode('aaab') // [258]
 */
export function loadTiktokenTokenizer(path: string, options: TiktokenTokenizerOptions): BpeTokenizer {
  const { split, specialTokens = {} } = options;
  const { tokens, lineOf } = parseRanks(path, readText(path));
  let ranked: ReturnType<typeof mergesOfTokens>;
  try {
    ranked = mergesOfTokens(tokens);
  } catch (error) {
    if (!(error instanceof RankError)) throw error;
    const line = lineOf[error.token] ?? lineOf.length + 1;
    fail(path, line, `token ${error.token} ${error.expected}`, error.got);
  }
  try {
    return bpeTokenizer({ split, ...ranked, specialTokens });
  } catch (error) {
    throw new RangeError(`Cannot read tokenizer ${path} as asked: ${messageOf(error)}`);
  }
}

/** The bytes of each rank, and the line where it stood. */
function parseRanks(path: string, text: string) {
  const tokens: Uint8Array[] = [];
  const lineOf: number[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [, token, digits] = linePattern.exec(line) ?? [];
    if (!token || !digits) fail(path, index + 1, 'a token in base64, a blank and a rank', shown(line));
    const rank = Number(digits);
    if (rank >= lines.length) fail(path, index + 1, `a rank below ${lines.length}`, digits);
    if (lineOf[rank] !== undefined)
      fail(path, index + 1, 'a new rank', `${rank} of line ${lineOf[rank]} again`);
    tokens[rank] = new Uint8Array(Buffer.from(token, 'base64'));
    lineOf[rank] = index + 1;
  }
  const gap = Array.from(lineOf, (line) => line === undefined).indexOf(true);
  if (gap !== -1) fail(path, lines.length, `a rank ${gap} in some line`, 'none');
  return { tokens, lineOf };
}

function fail(path: string, line: number, expected: string, got: string): never {
  throw new SyntaxError(`Cannot read tokenizer ${path}: line ${line}: expected ${expected}, got ${got}`);
}
