import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import {
  type DocumentLoss,
  type DocumentLossOptions,
  documentLosses,
} from '../../src/evaluate/documentLosses.js';
import { nextLogits } from '../../src/model/generate.js';
import { createParams, disposeParams, type GptParams } from '../../src/model/params.js';
import { byteTokenizer } from '../../src/tokenizer/bpe.js';
import { assertClose } from '../backend/compare.js';

const tokenizer = byteTokenizer();
const end = tokenizer.specialTokens.get('<|endoftext|>')!;

async function lossesOf(
  params: GptParams,
  documents: Iterable<string> | AsyncIterable<string>,
  options: DocumentLossOptions = {},
): Promise<DocumentLoss[]> {
  const losses: DocumentLoss[] = [];
  for await (const loss of documentLosses(params, tokenizer, documents, options)) losses.push(loss);
  return losses;
}

/** -ln p(id | ids), from a run of the model for this token alone. */
function natsAfter(params: GptParams, ids: readonly number[], id: number): number {
  const scores = Array.from(nextLogits(params, ids));
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[id]!;
}

describe('documentLosses()', () => {
  let params: GptParams;
  before(async () => {
    await selectBackend({ name: 'wasm' });
    params = createParams({ vocabSize: 257, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 }, createRandom(3));
    for (const variable of [params.tokenEmbedding, params.positionEmbedding!])
      tf.tidy(() => variable.assign(variable.mul(30))); // so that it has opinions
  });
  after(() => disposeParams(params));

  it('adds up what the model holds of each token after the separator and all before it', async () => {
    const documents = ['sea', 'é', '', 'a whale'];
    const losses = await lossesOf(params, documents);
    const expected = documents.map((text) => {
      const ids = [end, ...tokenizer.encode(text)];
      return ids.slice(1).reduce((sum, id, nth) => sum + natsAfter(params, ids.slice(0, nth + 1), id), 0);
    });
    assertClose(
      losses.map(({ nats }) => nats),
      expected,
      1e-4,
    );
    assert.deepEqual(
      losses.map(({ tokens, bytes }) => [tokens, bytes]),
      [
        [3, 3],
        [2, 2],
        [0, 0],
        [7, 7],
      ],
    );
    assertClose([losses[0]!.bitsPerByte], [expected[0]! / 3 / Math.LN2], 1e-4);
    assert.equal(losses[2]!.bitsPerByte, 0);
  });

  it('reads a long document in windows that begin `stride` tokens apart, and counts each token in the first', async () => {
    const text = 'the old man and the sea, again';
    const ids = [end, ...tokenizer.encode(text)];
    for (const stride of [1, 3, 4, 8]) {
      const [loss] = await lossesOf(params, [text], { stride });
      let expected = 0;
      for (let at = 1; at < ids.length; at++) {
        const start = Math.max(0, Math.ceil((at - 8) / stride)) * stride; // the first window that ends behind it
        expected += natsAfter(params, ids.slice(start, at), ids[at]!);
      }
      assertClose([loss!.nats], [expected], 1e-4, `stride ${stride}`);
      assert.equal(loss!.tokens, text.length);
    }
    assert.deepEqual(await lossesOf(params, [text]), await lossesOf(params, [text], { stride: 4 }));
  });

  it('gives for many documents together, from a stream, what it gives for each alone', async () => {
    const random = createRandom(5);
    const documents = Array.from({ length: 40 }, (_, nth) => 'ab c'.repeat(random.integer(nth + 1)));
    async function* stream() {
      yield* documents;
    }
    const together = (await lossesOf(params, stream())).map(({ nats }) => nats);
    const alone: number[] = [];
    for (const document of documents) alone.push((await lossesOf(params, [document]))[0]!.nats);
    assertClose(together, alone, 1e-4);
  });

  it('leaves no tensor behind, where it is stopped either', async () => {
    await lossesOf(params, ['the sea']);
    const before = tf.memory().numTensors;
    for await (const _ of documentLosses(params, tokenizer, ['a', 'b'])) break;
    await lossesOf(params, ['the sea']);
    assert.equal(tf.memory().numTensors, before);
  });

  it('refuses a stride that leaves a gap, and a tokenizer with nothing to put in front', async () => {
    await assert.rejects(lossesOf(params, ['a'], { stride: 9 }), /a stride from 1 to 8, got 9/);
    await assert.rejects(lossesOf(params, ['a'], { stride: 0 }), /a stride from 1 to 8, got 0/);
    const bare = { ...tokenizer, specialTokens: new Map<string, number>() };
    await assert.rejects(documentLosses(params, bare, ['a']).next(), /no <\|endoftext\|>/);
    const loss = await documentLosses(params, bare, ['a'], { startIds: [65] }).next();
    assertClose([loss.value!.nats], [natsAfter(params, [65], 97)], 1e-4);
  });
});
