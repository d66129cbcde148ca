import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom, type Random } from '../../../src/core/random.js';
import { loadHuggingFaceTokenizer } from '../../../src/tokenizer/files/huggingFaceRead.js';
import { saveHuggingFaceTokenizer } from '../../../src/tokenizer/files/huggingFaceWrite.js';
import { loadTiktokenTokenizer, saveTiktokenTokenizer } from '../../../src/tokenizer/files/tiktokenFile.js';
import type { Tokenizer } from '../../../src/tokenizer/tokenizer.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { mixedText } from '../samples.js';

const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'damaged');
const whole = trainBpe([mixedText], { vocabSize: 290, minCount: 1 });
const rounds = 1500;

/** Bytes set, cut out, doubled or moved, at up to four places. */
function damagedBytes(random: Random, content: Buffer): Buffer {
  let damaged = Buffer.from(content);
  for (let hits = random.integer(4); hits >= 0; hits--) {
    const [from, to] = [random.integer(damaged.length), random.integer(damaged.length)].sort((a, b) => a - b);
    const part = damaged.subarray(from, Math.min(to!, from! + random.integer(300)));
    const [before, behind] = [damaged.subarray(0, from), damaged.subarray(from! + part.length)];
    const kind = random.integer(5);
    if (kind === 0) damaged[from!] = random.integer(256);
    if (kind === 1) damaged[from!] = Buffer.from('"\\{}[],:= \n09aA+/')[random.integer(17)]!;
    if (kind === 2) damaged = Buffer.concat([before, behind]);
    if (kind === 3) damaged = Buffer.concat([before, part, part, behind]);
    if (kind === 4) damaged = Buffer.concat([before, behind, part]);
  }
  return damaged;
}

/** What loaded works, or the sentence names the file and what `where` asks for. */
function loadsOrSays(load: () => Tokenizer, where: RegExp): boolean {
  let tokenizer: Tokenizer;
  try {
    tokenizer = load();
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    assert.ok(error.message.startsWith(`Cannot read tokenizer ${path}: `), error.message);
    assert.match(error.message, where);
    assert.ok(error.message.length < 400, error.message);
    return false;
  }
  const known = new Set(
    Array.from({ length: tokenizer.vocabSize }, (_, id) =>
      Buffer.from(tokenizer.tokenBytes(id)).toString('latin1'),
    ),
  );
  const bytes = [...Buffer.from(mixedText)].filter((byte) => known.has(String.fromCharCode(byte)));
  assert.equal(tokenizer.decode(tokenizer.encode(mixedText)), Buffer.from(bytes).toString()); // some have no token
  return true;
}

test(`${rounds} damaged .tiktoken files: each loads and works, or is refused by its line`, () => {
  saveTiktokenTokenizer(path, whole);
  const content = readFileSync(path);
  const random = createRandom(61);
  let loaded = 0;
  for (let round = 0; round < rounds; round++) {
    writeFileSync(path, damagedBytes(random, content));
    loaded += Number(
      loadsOrSays(() => loadTiktokenTokenizer(path, { split: 'gpt4' }), /: line \d+: expected .+, got /),
    );
  }
  assert.ok(loaded > 0 && loaded < rounds / 2);
});

test(`${rounds} damaged tokenizer.json files: each loads and works, or is refused as no JSON or by its key`, () => {
  saveHuggingFaceTokenizer(path, whole);
  const content = readFileSync(path);
  const random = createRandom(62);
  for (let round = 0; round < rounds; round++) {
    writeFileSync(path, damagedBytes(random, content));
    loadsOrSays(() => loadHuggingFaceTokenizer(path), namesKey);
  }
});

const namesKey =
  /: it is not JSON|: added_tokens: |: model: |: expected (the file|model|pre_tokenizer|post_processor|decoder|normalizer|added_tokens|truncation|padding)/;
const values = [
  null,
  0,
  -1,
  1e300,
  0.5,
  '',
  'x',
  'Ġ',
  true,
  false,
  [],
  [[]],
  {},
  { type: 'ByteLevel' },
  [1, 2, 3],
];

/** Another value, or none, in place of one that is picked somewhere in the tree. */
function changeOne(random: Random, tree: unknown): void {
  let at = tree as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[random.integer(keys.length)]!;
    const child = at[key];
    if (
      typeof child === 'object' &&
      child !== null &&
      Object.keys(child).length > 0 &&
      random.integer(8) > 0
    ) {
      at = child as Record<string, unknown>;
      continue;
    }
    const kind = random.integer(4);
    if (kind === 0) delete at[key];
    else if (kind === 1) at[keys[random.integer(keys.length)]!] = child;
    else at[key] = values[random.integer(values.length)];
    return;
  }
}

test(`${rounds} tokenizer.json files with wrong values: each loads and works, or is refused by its key`, () => {
  saveHuggingFaceTokenizer(path, whole);
  const content = readFileSync(path, 'utf8');
  const random = createRandom(63);
  let loaded = 0;
  for (let round = 0; round < rounds; round++) {
    const file: unknown = JSON.parse(content);
    for (let hits = random.integer(3); hits >= 0; hits--) changeOne(random, file);
    writeFileSync(path, JSON.stringify(file));
    loaded += Number(loadsOrSays(() => loadHuggingFaceTokenizer(path), namesKey));
  }
  assert.ok(loaded > 0 && loaded < rounds / 2);
});

test('files made to be slow or large are refused or read at once', () => {
  const doublings = Array.from({ length: 25 }, (_, n) => 'a'.repeat(2 ** (n + 1)));
  saveTiktokenTokenizer(path, trainBpe(['x'], { vocabSize: 257 }));
  const bytes = readFileSync(path, 'utf8');
  const tail = doublings
    .slice(0, 20)
    .map((token, n) => `${Buffer.from(token).toString('base64')} ${256 + n}\n`);
  writeFileSync(path, bytes + tail.join('')); // two million equal letters, joined twenty times over
  assert.ok(loadsOrSays(() => loadTiktokenTokenizer(path, { split: 'gpt4' }), /: line /));
  writeFileSync(path, `${bytes}${'A'.repeat(2 ** 22)} 256\n`);
  assert.ok(!loadsOrSays(() => loadTiktokenTokenizer(path, { split: 'gpt4' }), /: line 257: /));
  writeFileSync(path, `${'['.repeat(1e6)}`);
  assert.ok(!loadsOrSays(() => loadHuggingFaceTokenizer(path), /: it is not JSON/));
});
