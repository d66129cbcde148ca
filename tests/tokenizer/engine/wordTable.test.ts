import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { writeUtf8 } from '../../../src/tokenizer/engine/utf8.js';
import { createWordTable } from '../../../src/tokenizer/engine/wordTable.js';
import { randomText } from '../samples.js';

const unitsOf = (text: string) => Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

test('a word table numbers words as a Map does, while it grows and after it was cleared', () => {
  const random = createRandom(31);
  const table = createWordTable();
  for (let round = 0; round < 2; round++) {
    const numbers = new Map<string, number>();
    for (let nth = 0; nth < 20_000; nth++) {
      const text = randomText(random, { longest: 3, surrogates: true });
      const units = unitsOf(`x${text}yz`);
      if (!numbers.has(text)) numbers.set(text, numbers.size);
      assert.equal(table.numberOf(units, 1, 1 + text.length), numbers.get(text));
      assert.equal(table.size(), numbers.size);
    }
    assert.ok(numbers.size > 5000);
    table.clear();
    assert.equal(table.size(), 0);
  }
});

test("writeUtf8() gives Node's UTF-8", () => {
  const random = createRandom(32);
  for (let round = 0; round < 3000; round++) {
    const text = randomText(random, { surrogates: true });
    const bytes = new Int32Array(3 * text.length);
    const length = writeUtf8(unitsOf(text), 0, text.length, bytes);
    assert.deepEqual([...bytes.subarray(0, length)], [...Buffer.from(text)]);
  }
});
