import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bpeTokenizer, byteTokenizer } from '../../../src/tokenizer/bpe.js';
import { tiktokenTokenizer } from '../../../src/tokenizer/files/tiktoken.js';
import { loadTiktokenTokenizer, saveTiktokenTokenizer } from '../../../src/tokenizer/files/tiktokenFile.js';
import { trainBpe } from '../../../src/tokenizer/trainBpe.js';
import { mixedText } from '../samples.js';

const folder = mkdtempSync(join(tmpdir(), 'tiktoken-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'some.tiktoken');

test('a loaded .tiktoken file is the tokenizer that was saved', () => {
  for (const tokenizer of [
    tiktokenTokenizer('cl100k_base'), // its bytes are in another order
    trainBpe([mixedText], { vocabSize: 330, split: 'gpt2', minCount: 1 }),
    byteTokenizer(),
  ]) {
    const { split, specialTokens } = tokenizer.model;
    saveTiktokenTokenizer(path, tokenizer);
    const loaded = loadTiktokenTokenizer(path, { split, specialTokens });
    assert.deepEqual(loaded.model.merges, tokenizer.model.merges);
    assert.deepEqual(loaded.encode(mixedText), tokenizer.encode(mixedText));
    assert.equal(loaded.vocabSize, tokenizer.vocabSize);
  }
});

test("the lines are OpenAI's: cl100k_base begins with ! and ends with a conveyor", () => {
  saveTiktokenTokenizer(path, tiktokenTokenizer('cl100k_base'));
  const lines = readFileSync(path, 'utf8').split('\n');
  // The first and the 257th line of cl100k_base.tiktoken as OpenAI serves it.
  assert.equal(lines[0], 'IQ== 0');
  assert.equal(lines[256], 'ICA= 256');
  assert.equal(lines.length, 100_257);
  assert.equal(Buffer.from(lines[100_255]!.split(' ')[0]!, 'base64').toString(), ' Conveyor');
  assert.equal(lines[100_256], '');
});

test('lines may come in any order, with any line break', () => {
  const tokenizer = trainBpe(['aaabdaaabac'], { vocabSize: 259, specialTokens: [] });
  saveTiktokenTokenizer(path, tokenizer);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, lines.reverse().join('\r\n'));
  assert.deepEqual(loadTiktokenTokenizer(path, { split: 'gpt4' }).model.merges, tokenizer.model.merges);
});

test('a damaged file is named, with its line', () => {
  saveTiktokenTokenizer(path, trainBpe(['aaabdaaabac'], { vocabSize: 259, specialTokens: [] }));
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const refuses = (change: (lines: string[]) => void, message: string) => {
    const changed = [...lines];
    change(changed);
    writeFileSync(path, changed.join('\n'));
    const expected = { name: 'SyntaxError', message: `Cannot read tokenizer ${path}: ${message}` };
    assert.throws(() => loadTiktokenTokenizer(path, { split: 'gpt4' }), expected);
  };
  const syntax = 'expected a token in base64, a blank and a rank';
  refuses((all) => (all[4] = 'YQ=='), `line 5: ${syntax}, got "YQ=="`);
  refuses((all) => (all[4] = 'Y!== 4'), `line 5: ${syntax}, got "Y!== 4"`);
  refuses((all) => (all[4] = 'YQ== -4'), `line 5: ${syntax}, got "YQ== -4"`);
  refuses((all) => (all[4] = ' 4'), `line 5: ${syntax}, got " 4"`);
  refuses((all) => (all[4] = 'BA== 999'), 'line 5: expected a rank below 259, got 999');
  refuses((all) => (all[4] = 'BA== 3'), 'line 5: expected a new rank, got 3 of line 4 again');
  refuses((all) => (all[4] = ''), 'line 259: expected a rank 4 in some line, got none');
  refuses((all) => (all[4] = 'BAQ= 4'), 'line 5: expected token 4 to be a single byte, got 2 bytes');
  refuses((all) => (all[4] = 'Aw== 4'), 'line 5: expected token 4 to be another byte, got byte 3 again');
  refuses(
    (all) => (all[258] = 'YWE= 258'),
    'line 259: expected token 258 to join two earlier tokens, got one',
  );
  refuses((all) => (all[258] = 'eHl6 258'), 'line 259: expected token 258 to join two earlier tokens, got 3');
  refuses((all) => all.splice(200), 'line 201: expected token 200 to be one of the 256 bytes, got nothing');
  assert.throws(
    () => loadTiktokenTokenizer(join(folder, 'none'), { split: 'gpt4' }),
    /none: there is no such file/,
  );
});

test('options that do not fit the file, and a tokenizer that does not fit the format, are refused', () => {
  saveTiktokenTokenizer(path, byteTokenizer());
  assert.throws(() => loadTiktokenTokenizer(path, { split: 'x' as never }), {
    name: 'RangeError',
    message: /some\.tiktoken as asked: .* expected one of gpt2, .*, got x/,
  });
  const low = { split: 'gpt4', specialTokens: { '<|x|>': 7 } } as const;
  assert.throws(() => loadTiktokenTokenizer(path, low), /special tokens to have ids from 256, got 7/);
  // abc twice, from ab and c and from a and bc: by its bytes alone no rank can tell them apart.
  const merges = [
    [97, 98],
    [98, 99],
    [256, 99],
    [97, 257],
  ] as const;
  const twice = bpeTokenizer({ split: 'gpt4', merges, specialTokens: {} });
  assert.throws(() => saveTiktokenTokenizer(path, twice), {
    name: 'RangeError',
    message: /token 259 to join two/,
  });
  // abc from a and bc, although ab goes first, so that this merge never happens; its rank alone would make it happen.
  const late = bpeTokenizer({ split: 'gpt4', merges: [merges[0], merges[1], merges[3]], specialTokens: {} });
  assert.deepEqual(late.encode('abc'), [256, 99]);
  assert.throws(() => saveTiktokenTokenizer(path, late), {
    name: 'RangeError',
    message: /expected merge 2 to join 256 and 99, as its bytes say, got 97 and 257/,
  });
});
