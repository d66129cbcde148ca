/** `workbook data tokenize`: documents to files of tokens, for `workbook train`, llm.c or nanoGPT. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../core/random.js';
import type { Document } from '../../data/document.js';
import { readDocuments } from '../../data/readers/readDocuments.js';
import { defineCommand } from '../command.js';
import { interruptSignal } from '../interrupt.js';
import { type StatusLine, statusLine } from '../status.js';
import { fieldOptions, namedInputs } from './options.js';

export const command = defineCommand({
  name: 'data tokenize',
  summary: "Turns documents into files of tokens in llm.c's layout, some of them for validation",
  details: [
    'Writes train_000000.bin, val_000000.bin and so on, each of 100 million tokens as in llm.c, with <|endoftext|> before ' +
      'each document, and tokenizer.json. A twentieth of the documents, drawn by the seed, is for validation.',
  ],
  takes: ['INPUT…', 'Files of documents: JSON lines, parquet, text or WET, packed or not'],
  options: {
    out: { kind: 'text', takes: 'DIR', help: 'The folder of the result' },
    inputs: { kind: 'text', takes: 'LIST', help: 'A file that lists more inputs, one a line' },
    ...fieldOptions,
    tokenizer: {
      kind: 'text',
      takes: 'NAME',
      help: "bytes, gpt2, cl100k_base, o200k_base, or a file, ours or Hugging Face's (default bytes)",
    },
    'vocab-size': {
      kind: 'whole',
      least: 257,
      help: 'Trains a tokenizer of so many tokens on the first 20 MB',
    },
    validation: { kind: 'number', default: 0.05, help: 'The share of documents for validation' },
    'shard-tokens': { kind: 'whole', default: 100_000_000, help: 'Tokens of a file' },
    headerless: { kind: 'flag', help: 'Ids of two bytes and nothing else, as nanoGPT has them' },
    seed: { kind: 'whole', least: 0, default: 1, help: 'Decides which documents are for validation' },
    overwrite: { kind: 'flag', help: 'Puts the new files in the place of those that are there' },
  },
  examples: [
    'data tokenize clean/shards/*.jsonl.gz --tokenizer gpt2 --out tokens',
    'data tokenize books/*.txt --vocab-size 512 --out tokens',
  ],
  run: async ({ values, positionals }) => {
    const { out, tokenizer, 'vocab-size': vocabSize, validation: share, seed, ...rest } = values;
    const inputs = namedInputs(positionals, values.inputs);
    if (out === undefined) throw new Error('Cannot tokenize: name the folder of the result with --out');
    if (inputs.length === 0) throw new Error('Cannot tokenize: no file is named');
    if (share >= 1) throw new RangeError(`Cannot tokenize: expected a --validation below 1, got ${share}`);
    if (tokenizer !== undefined && vocabSize !== undefined)
      throw new Error('Cannot tokenize: --tokenizer names one, --vocab-size trains one; say one of them');
    makeRoom(out, rest.overwrite);
    const { writeTokens } = await import('./writeTokens.js');
    const status = statusLine();
    const documents = () =>
      allDocuments(
        inputs,
        { textField: rest['text-field'], idField: rest['id-field'] },
        status,
        interruptSignal('Stopped; the same command with --overwrite begins anew.'),
      );
    try {
      const written = await writeTokens(documents, {
        folder: out,
        tokenizer: vocabSize ?? tokenizer ?? 'bytes',
        share,
        random: createRandom(seed),
        shardTokens: rest['shard-tokens'],
        headerless: rest.headerless,
        onProgress: ({ tokens, documents }) => status.update(`${documents} documents, ${tokens} tokens`),
      });
      status.close();
      for (const { path, tokens } of written) process.stdout.write(`${path}: ${tokens} tokens\n`);
    } finally {
      status.close();
    }
    return 0;
  },
});

/** Files that an earlier command wrote. */
const ours = /^(train|val)_\d{6}\.bin$|^tokenizer\.json$/;

function makeRoom(folder: string, overwrite: boolean): void {
  const there = existsSync(folder) ? readdirSync(folder).filter((name) => ours.test(name)) : [];
  if (there.length > 0 && !overwrite)
    throw new Error(
      `Cannot tokenize into ${folder}: ${there[0]} is there; --overwrite puts new files in its place`,
    );
  for (const name of there) rmSync(join(folder, name));
}

async function* allDocuments(
  inputs: readonly string[],
  fields: { readonly textField: string | undefined; readonly idField: string | undefined },
  status: StatusLine,
  signal: AbortSignal,
): AsyncGenerator<Document> {
  for (const input of inputs)
    for await (const document of readDocuments(input, {
      ...fields,
      onProblem: ({ message }) => status.print(message),
    })) {
      signal.throwIfAborted();
      yield document;
    }
}
