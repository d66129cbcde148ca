import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { tiktokenTokenizer } from '../../src/tokenizer/files/tiktoken.js';
import { decodeStream, streamDecoder } from '../../src/tokenizer/streamDecoder.js';
import { mixedText, randomText } from './samples.js';

const gpt2 = tiktokenTokenizer('gpt2');

test('a stream of the ids of a text never shows half a character, and gives the text', () => {
  const random = createRandom(41);
  for (const text of [mixedText, ...Array.from({ length: 500 }, () => randomText(random))]) {
    for (const tokenizer of [gpt2, byteTokenizer()]) {
      const { push, end } = streamDecoder(tokenizer);
      let shown = '';
      for (const id of tokenizer.encode(text)) {
        shown += push(id);
        assert.ok(text.startsWith(shown));
      }
      assert.equal(shown + end(), text);
    }
  }
});

test('a stream of any ids, special ones included, gives what decode() gives', () => {
  const random = createRandom(42);
  for (let round = 0; round < 500; round++) {
    const ids = Array.from({ length: random.integer(30) }, () =>
      random.integer(9) === 0 ? 50_256 : random.integer(random.integer(2) ? 256 : 50_257),
    );
    const { push, end } = streamDecoder(gpt2);
    assert.equal(ids.map(push).join('') + end(), gpt2.decode(ids));
  }
});

test('a character is shown with its last byte, and what never became whole at the end', () => {
  const { push, end } = streamDecoder(byteTokenizer());
  assert.deepEqual([0xf0, 0x9f, 0x98, 0x80].map(push), ['', '', '', '😀']);
  assert.deepEqual([0xe5, 0x88].map(push), ['', '']);
  assert.equal(end(), '\ufffd');
  assert.deepEqual([0x41, 256].map(push), ['A', '<|endoftext|>']); // as new after the end
  assert.throws(() => push(257), { name: 'RangeError' });
});

test('decodeStream() yields as the ids come', async () => {
  async function* ids() {
    yield* gpt2.encode('naïve 👩‍👧 text');
  }
  const texts: string[] = [];
  for await (const text of decodeStream(gpt2, ids())) texts.push(text);
  assert.equal(texts.join(''), 'naïve 👩‍👧 text');
  assert.ok(texts.length > 3 && texts.every((text) => text !== '' && !text.includes('\ufffd')));
});
