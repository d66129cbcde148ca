/** A tokenizer by its name or its file. */
import { existsSync, readFileSync } from 'node:fs';
import { cannotRead } from '../core/files.js';
import { type BpeTokenizer, byteTokenizer } from '../tokenizer/bpe.js';
import { loadTokenizer } from '../tokenizer/files/bpeFile.js';
import { loadHuggingFaceTokenizer } from '../tokenizer/files/huggingFaceRead.js';
import { tiktokenTokenizer } from '../tokenizer/files/tiktoken.js';
import { encodingOf } from '../tokenizer/files/tiktokenNames.js';

/**
 * The tokenizer that is meant: `bytes`, one of OpenAI's by its name or a model's, or a file, ours or Hugging Face's
 * `tokenizer.json`.
 *
 * @throws {Error} If there is no such file, or it is none of these.
 */
export function tokenizerNamed(name: string): BpeTokenizer {
  if (name === 'bytes') return byteTokenizer();
  if (!existsSync(name) && encodingOf(name)) return tiktokenTokenizer(name);
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    throw cannotRead(name, error);
  }
  return text.slice(0, 100).includes('"llm-workbook-') ? loadTokenizer(name) : loadHuggingFaceTokenizer(name);
}
