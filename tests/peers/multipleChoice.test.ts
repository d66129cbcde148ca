import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { type ChoiceScore, multipleChoice } from '../../src/evaluate/multipleChoice.js';
import { readSafetensors } from '../../src/model/files/safetensors.js';
import { disposeParams } from '../../src/model/params.js';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { saveCheckpoint } from '../../src/train/checkpoint.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';
import { answers, config, randomParams } from './randomModel.js';

/** One token for each letter of ASCII, and one for "th". */
const letters: Tokenizer = {
  vocabSize: config.vocabSize,
  encode: (text) =>
    (text.match(/th|[\s\S]/g) ?? []).map((piece) => (piece === 'th' ? 95 : piece.charCodeAt(0) - 32)),
  decode: (ids) => Array.from(ids, (id) => (id === 95 ? 'th' : String.fromCharCode(32 + id))).join(''),
  tokenBytes: (id) => Buffer.from(letters.decode([id])),
  specialTokens: new Map([['<|endoftext|>', 96]]),
};

withPeers(import.meta.filename, () => {
  const fileOf = answers();
  const random = createRandom(31);
  const text = (least: number, most: number) =>
    Array.from({ length: least + random.integer(most - least + 1) }, () => 'thae '[random.integer(5)]!).join(
      '',
    );
  const items = Array.from({ length: 40 }, () => ({
    context: text(1, 10),
    endings: Array.from({ length: 4 }, () => text(1, 12)),
    answer: random.integer(4),
  }));

  /** Each ending of the items by itself, from whole runs of GPT2LMHeadModel over all texts. */
  function theirLogProbs(): number[] {
    const rows = items.flatMap(({ context, endings }) => {
      const alone = letters.encode(context);
      return endings.map((ending) => {
        const ids = letters.encode(context + ending);
        const start = alone.findIndex((id, nth) => id !== ids[nth]);
        return { ids: [96, ...ids], start: 1 + (start < 0 ? alone.length : start) };
      });
    });
    const padded = rows.map(({ ids }) => [...ids, ...Array<number>(24).fill(0)].slice(0, 24));
    askPython('transformersPeer.py', { file: fileOf('model'), ids: padded, answer: fileOf('answer') });
    const data = Float32Array.from(readSafetensors(fileOf('answer')).tensors.get('logits')!.data);
    const V = config.vocabSize;
    const logProb = (row: number, at: number, id: number) => {
      const scores = data.subarray((row * 24 + at) * V, (row * 24 + at + 1) * V);
      return scores[id]! - Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    };
    return rows.map(({ ids, start }, row) =>
      ids.slice(start).reduce((sum, id, nth) => sum + logProb(row, start + nth - 1, id), 0),
    );
  }

  test('the likelihoods of endings, and so the choices, are those of GPT2LMHeadModel', async () => {
    await selectBackend();
    const params = randomParams();
    saveCheckpoint(fileOf('model'), { params });
    const theirs = theirLogProbs();
    const scores: ChoiceScore[] = [];
    for await (const score of multipleChoice(params, letters, items, { startIds: [96] })) scores.push(score);
    assertClose(
      scores.flatMap(({ endings }) => endings.map(({ logProb }) => logProb)),
      theirs,
      1e-4,
    );
    const likeliest = (values: readonly number[]) => values.indexOf(Math.max(...values));
    assert.deepEqual(
      scores.map(({ endings }) => likeliest(endings.map(({ logProb }) => logProb))),
      scores.map((_, nth) => likeliest(theirs.slice(4 * nth, 4 * nth + 4))),
    );
    disposeParams(params);
  });
});
