import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parquetWriteFile } from 'hyparquet-writer';
import { readTestTexts } from '../../../src/data/crawl/testTexts.js';
import { decontamination } from '../../../src/data/filters/decontamination.js';
import { testFolder } from '../readers/files.js';

const { folder, file } = testFolder('decontamination');
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, nth) => `word${String.fromCharCode(97 + from + nth)}`).join(' ');
const keeps = (filter: ReturnType<typeof decontamination>, text: string): boolean =>
  filter.judge({ id: 'a', text, metadata: {} }).keep;

describe('decontamination()', () => {
  it("drops a text that shares 13 words in a row with a test, and keeps one that shares 12: GPT-3's limit", () => {
    const filter = decontamination([words(0, 20)]);
    assert.deepEqual(
      [12, 13].map((count) => keeps(filter, `Before ${words(3, count)} after`)),
      [true, false],
    );
  });
  it('is blind to capitals, punctuation and line breaks', () => {
    const filter = decontamination(['How many whales does Ahab see?'], { n: 5 });
    assert.deepEqual(filter.judge({ id: 'a', text: 'HOW many,\nwhales -- does Ahab', metadata: {} }), {
      keep: false,
      reason: 'holds a test text',
      detail: 'how many whales does ahab',
    });
  });
  it('joins no words of two test texts', () => {
    assert.ok(keeps(decontamination([words(0, 5), words(5, 5)], { n: 4 }), words(3, 4)));
  });
  it('finds Chinese, which has no blanks', () => {
    const filter = decontamination(['亚哈船长从桅杆上看见了多少头白色的鲸鱼？'], { n: 5 });
    assert.ok(!keeps(filter, '今天的问题是：亚哈船长从桅杆上看见了多少头白色的鲸鱼？请回答。'));
    assert.ok(keeps(filter, '今天的问题是：昨天下午我们在公园里看见了许多漂亮的花，请回答。'));
  });
  it('refuses tests that are all too short', () => {
    assert.throws(() => decontamination(['one two']), {
      message: 'Cannot look for test texts: none of 1 is as long as 13 words',
    });
  });
});

describe('the texts of a test', () => {
  const read = (name: string, fields = ['text']) =>
    readTestTexts({ file: join(folder, name), fields, unit: 'words', n: 13 });

  it('are fields of rows, lines of a text, and refused where there is none', async () => {
    const rows = '{"question":"A?","choices":{"a":"B"}}\n{"question":"C?"}\n';
    file('q.jsonl', rows);
    file('q.txt', 'A?\n\nC?\n');
    const data = ['A?', 'C?'];
    const columnData = [{ name: 'question', data, type: 'STRING' as const }];
    await parquetWriteFile({ filename: join(folder, 'q.parquet'), columnData });
    assert.deepEqual(await read('q.jsonl', ['question', 'choices.a']), ['A?', 'B', 'C?']);
    assert.deepEqual(await read('q.txt'), data);
    assert.deepEqual(await read('q.parquet', ['question']), data);
    await assert.rejects(read('q.jsonl'), { message: /q\.jsonl: it holds no text as "text"$/ });
  });
});
