import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type HellaSwagOptions, readHellaSwag } from '../../src/evaluate/hellaSwag.js';
import type { ChoiceItem } from '../../src/evaluate/multipleChoice.js';
import { testFolder } from '../data/readers/files.js';

const { folder } = testFolder('hellaswag');

/** A row with the fields of the published file. */
const row = (fields: object) => ({
  ind: 24,
  activity_label: 'Roof shingle removal',
  ctx_a: 'A man is sitting on a roof.',
  ctx_b: 'he',
  ctx: 'A man is sitting on a roof. he',
  split: 'val',
  split_type: 'indomain',
  label: 3,
  endings: [
    'is using wrap.',
    'is ripping level tiles off.',
    "is holding a rubik's cube.",
    'starts pulling up roofing.',
  ],
  source_id: 'activitynet~v_-JhWjGDPHMY',
  ...fields,
});

async function itemsOf(rows: readonly object[], options: HellaSwagOptions = {}) {
  const path = join(folder, 'some.jsonl.gz');
  writeFileSync(path, gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
  const items: ChoiceItem[] = [];
  const problems: string[] = [];
  const onProblem = ({ message }: { message: string }) => problems.push(message.replace(`${path}, `, ''));
  for await (const item of readHellaSwag(path, { ...options, onProblem })) items.push(item);
  return { items, problems };
}

describe('readHellaSwag()', () => {
  it('makes of a row the context and endings that lm-evaluation-harness makes of it', async () => {
    // The second row is what its `preprocess` and `capitalize` give (run in Python).
    const how = row({
      activity_label: 'Health',
      ctx_a: '[header] How to cope [title] Rest. [step] Sleep  well.',
      ctx_b: 'Then you CAN',
      endings: ['[substeps] Eat. ', 'drink [title] More', '[a] x [b]', 'none'],
      label: '0',
    });
    const { items, problems } = await itemsOf([row({}), how]);
    assert.deepEqual(problems, []);
    assert.deepEqual(items, [
      {
        context: 'Roof shingle removal: A man is sitting on a roof. He',
        endings: [
          ' is using wrap.',
          ' is ripping level tiles off.',
          " is holding a rubik's cube.",
          ' starts pulling up roofing.',
        ],
        answer: 3,
      },
      {
        context: 'Health: How to cope. Rest. Sleep well. Then you can',
        endings: ['  Eat.', ' drink. More', '  x ', ' none'],
        answer: 0,
      },
    ]);
  });

  it('leaves the texts as they stand where that is wanted, as llm.c has them', async () => {
    const { items } = await itemsOf([row({ endings: ['[a] b', 'c', 'd', 'e'] })], { cleaning: 'none' });
    assert.deepEqual(items, [
      { context: 'A man is sitting on a roof. he', endings: [' [a] b', ' c', ' d', ' e'], answer: 3 },
    ]);
  });

  it('names the line of what is no item, and reads on', async () => {
    const { items, problems } = await itemsOf([
      row({ label: '' }),
      row({ label: 4 }),
      row({ label: null }),
      row({ endings: 'none' }),
      row({ endings: ['a', 2] }),
      row({ ctx_b: undefined }),
      row({}),
    ]);
    assert.equal(items.length, 1);
    assert.deepEqual(problems, [
      'line 1: expected a label from 0 to 3, got ""',
      'line 2: expected a label from 0 to 3, got 4',
      'line 3: expected a label from 0 to 3, got null',
      'line 4: expected a list as "endings", got "none"',
      'line 5: expected a text as endings[1], got 2',
      'line 6: expected a text as "ctx_b", got nothing',
    ]);
  });
});
