import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { createRandom } from '../../src/core/random.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import { streamText } from '../../src/model/streamText.js';
import { type BpeTokenizer, byteTokenizer } from '../../src/tokenizer/bpe.js';
import { trainBpe } from '../../src/tokenizer/trainBpe.js';
import { assertNoLeak } from '../backend/compare.js';

describe('streamText()', () => {
  let params: GptParams;
  let tokenizer: BpeTokenizer;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    const text = 'User: where is the sea? Assistant: the sea is naïve — 海は青い 🐳. '.repeat(9);
    tokenizer = trainBpe([text], { vocabSize: 300 });
    params = createParams({ vocabSize: 300, blockSize: 16, nLayer: 1, nHead: 1, nEmbd: 4 }, createRandom(1));
  });
  after(() => disposeParams(params));

  /** The pieces in which a model gives a text that it is forced to write. */
  const piecesOf = (ids: readonly number[], stop: readonly string[] = [], by: BpeTokenizer = tokenizer) => {
    const options = { maxTokens: ids.length, random: createRandom(1), stop };
    const allowed = (made: readonly number[]) => [ids[made.length]!];
    return [...streamText(params, by, 'the', { ...options, allowed })];
  };

  it('gives the text in pieces as small as tokens, without half a character', () => {
    const text = 'the sea is naïve — 海は青い 🐳. User';
    for (const by of [tokenizer, byteTokenizer()]) {
      const pieces = piecesOf(by.encode(text), [], by);
      assert.equal(pieces.join(''), text);
      assert.ok(pieces.length > 8 && pieces.every((piece) => piece !== '' && !piece.includes('\ufffd')));
    }
  });

  it('shows at the end what never became a whole character', () => {
    const bytes = [...Buffer.from('sea 🐳')].slice(0, -1);
    assert.equal(piecesOf(bytes, [], byteTokenizer()).join(''), 'sea \ufffd');
  });

  it('ends before a stop sequence, wherever tokens divide it, and shows none of it', () => {
    const text = 'the sea is naïve — 海は青い 🐳. User: where is it?';
    for (const stop of ['User:', ' 🐳', '海は', 'ser', '. U', 'a is n', 't', '?']) {
      for (const by of [tokenizer, byteTokenizer()]) {
        const pieces = piecesOf(by.encode(text), [stop], by);
        assert.equal(pieces.join(''), text.slice(0, text.indexOf(stop)), stop);
      }
    }
  });

  it('never shows a beginning that might become a stop sequence before it is certain', () => {
    // Random texts of two letters, in which beginnings that come to nothing are everywhere.
    const random = createRandom(3);
    const letters = (length: number) =>
      Array.from({ length }, () => (random.uniform() < 0.5 ? 'a' : 'b')).join('');
    const by = byteTokenizer();
    for (let times = 0; times < 60; times++) {
      const [text, stop] = [letters(20), [letters(4), letters(5), letters(3)]];
      const ends = stop.map((sequence) => text.indexOf(sequence)).filter((at) => at >= 0);
      const expected = text.slice(0, Math.min(20, ...ends));
      let shown = '';
      for (const piece of piecesOf(by.encode(text), stop, by)) {
        shown += piece;
        assert.ok(expected.startsWith(shown), `${text} until ${stop}: ${shown}`);
      }
      assert.equal(shown, expected, `${text} until ${stop}`);
    }
  });

  it('takes a prompt of ids, and refuses an empty stop sequence', () => {
    const options = { maxTokens: 3, random: createRandom(1), temperature: 0 };
    const text = (prompt: string | number[]) => [...streamText(params, tokenizer, prompt, options)].join('');
    assert.equal(text(tokenizer.encode('the sea')), text('the sea'));
    const start = () => streamText(params, tokenizer, 'the', { ...options, stop: [''] }).next();
    assert.throws(start, /stop sequences that are not empty, got one at 0/);
    assert.throws(() => text(''), /expected 1 to 16 tokens, got 0/);
  });

  it('leaves no tensor behind, read to the end or not', () => {
    const options = () => ({ maxTokens: 4, random: createRandom(1) });
    assertNoLeak(() => void [...streamText(params, tokenizer, 'the', options())]);
    assertNoLeak(() => void streamText(params, tokenizer, 'the', options()).next());
  });
});
