/** Documents to files of tokens, one after the other, whatever their number. */
import { join } from 'node:path';
import type { Random } from '../../core/random.js';
import type { Document } from '../../data/document.js';
import type { BpeTokenizer } from '../../tokenizer/bpe.js';
import { saveTokenizer } from '../../tokenizer/files/bpeFile.js';
import { trainBpe } from '../../tokenizer/trainBpe.js';
import { type ShardSet, shardSet } from '../../train/shards/shardSet.js';
import { tokenizerNamed } from '../tokenizerNamed.js';

/** What becomes of the documents. */
export interface WriteTokensOptions {
  readonly folder: string;
  /** Its name or file; or a number of tokens, for which one is trained on the first documents. */
  readonly tokenizer: string | number;
  /** Of the documents, for validation. */
  readonly share: number;
  readonly random: Random;
  readonly shardTokens: number;
  readonly headerless: boolean;
  readonly onProgress: (so: { readonly documents: number; readonly tokens: number }) => void;
}

/**
 * Writes `train_000000.bin`, …, `val_000000.bin`, … and, when all are there, `tokenizer.json`.
 *
 * @param documents Reads them from the start; called again after a tokenizer was trained on the first of them.
 * @returns The files of tokens.
 */
export async function writeTokens(
  documents: () => AsyncIterable<Document>,
  { folder, share, random, onProgress, ...options }: WriteTokensOptions,
): Promise<readonly { readonly path: string; readonly tokens: number }[]> {
  const tokenizer =
    typeof options.tokenizer === 'number'
      ? await trained(documents(), options.tokenizer)
      : tokenizerNamed(options.tokenizer);
  const separatorId = tokenizer.specialTokens.get('<|endoftext|>');
  if (separatorId === undefined)
    throw new Error(
      `Cannot tokenize: ${options.tokenizer} has no <|endoftext|> to put in front of a document`,
    );
  const all = { ...options, vocabSize: tokenizer.vocabSize, separatorId };
  const [train, validation] = [shardSet(join(folder, 'train'), all), shardSet(join(folder, 'val'), all)];
  let [count, tokens] = [0, 0];
  try {
    for await (const { text } of documents()) {
      const ids = tokenizer.encode(text);
      const side: ShardSet = random.uniform() < share ? validation : train;
      side.add(ids);
      [count, tokens] = [count + 1, tokens + 1 + ids.length];
      onProgress({ documents: count, tokens });
    }
    if (count === 0) throw new Error('Cannot tokenize: no document was found');
    const written = [...train.commit(), ...validation.commit()];
    saveTokenizer(join(folder, 'tokenizer.json'), tokenizer);
    return written;
  } finally {
    for (const set of [train, validation]) set.discard();
  }
}

/** Characters that a tokenizer learns from. */
const enough = 20_000_000;

async function trained(documents: AsyncIterable<Document>, vocabSize: number): Promise<BpeTokenizer> {
  const texts: string[] = [];
  let length = 0;
  for await (const { text } of documents) {
    texts.push(text);
    length += text.length;
    if (length >= enough) break;
  }
  return trainBpe(texts, { vocabSize });
}
