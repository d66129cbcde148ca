import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectBackend } from '../../src/backend/index.js';
import { exampleBatches, exampleOf } from '../../src/chat/index.js';
import { createRandom } from '../../src/core/random.js';
import { interrogate, lastStates } from '../../src/evaluate/index.js';
import { createParams, nextLogits } from '../../src/model/index.js';
import { symbolTokenizer } from '../../src/tokenizer/index.js';
import { createAdamW, trainStep } from '../../src/train/index.js';

await selectBackend();
const tokenizer = symbolTokenizer([...'abcdefgh01?'], { specialTokens: ['<|end|>'] });
const stopId = tokenizer.specialTokens.get('<|end|>')!;
const config = { vocabSize: tokenizer.vocabSize, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 32 };

describe('interrogate()', () => {
  it('finds a model sure of what it was taught and torn where it was taught both', () => {
    const params = createParams(config, createRandom(1));
    const taught = ['a0', 'b1', 'c0', 'c1'].map((pair) => ({ prompt: `${pair[0]}?`, answer: pair[1]! }));
    const examples = taught.map((problem) => exampleOf(problem, { tokenizer, stopId }));
    const batches = exampleBatches(examples, { batchSize: 4 }, createRandom(2));
    const optimizer = createAdamW(params);
    for (let step = 0; step < 150; step++) trainStep(params, batches.next().value, optimizer, 0.01);
    const problems = [taught[0]!, taught[1]!, taught[2]!];
    const asked = interrogate(params, problems, {
      tokenizer,
      stopId,
      samples: 64,
      maxTokens: 3,
      random: createRandom(3),
    });
    const [a, b, c] = asked;
    for (const known of [a!, b!]) {
      assert.ok(known.correct > 0.95 && known.agreement > 0.95, known.problem.prompt);
      assert.equal(known.usual, known.problem.answer);
    }
    assert.ok(c!.correct > 0.25 && c!.correct < 0.75, `${c!.correct}`); // 8 standard errors from the middle
    assert.ok(c!.agreement < 0.75);
    assert.deepEqual(
      asked.map(({ answers }) => answers.length),
      [64, 64, 64],
    );
  });

  it('asks the reward that it is given, and refuses no samples', () => {
    const params = createParams(config, createRandom(1));
    const problems = [{ prompt: 'a?', answer: '0' }];
    const options = { tokenizer, stopId, maxTokens: 2, random: createRandom(3) };
    assert.equal(interrogate(params, problems, { ...options, reward: () => 0.5 })[0]!.correct, 0.5);
    assert.throws(() => interrogate(params, problems, { ...options, samples: 0 }), /samples.*got 0/);
    assert.deepEqual(interrogate(params, [], options), []);
  });
});

describe('lastStates()', () => {
  const params = createParams(config, createRandom(4));
  const prompts = [[1, 2, 3], [4], [5, 6]];

  it('gives what the head reads: its products with the embedding are the logits', () => {
    const embedding = params.tokenEmbedding.arraySync();
    for (const [nth, state] of lastStates(params, prompts).entries()) {
      const logits = nextLogits(params, prompts[nth]!);
      for (const [id, row] of embedding.entries()) {
        const product = row.reduce((sum, weight, c) => sum + weight * state[c]!, 0);
        assert.ok(Math.abs(product - logits[id]!) < 1e-5);
      }
    }
  });

  it('does not depend on what else is read, and has something new at each layer', () => {
    for (const layers of [0, 1, 2]) {
      const together = lastStates(params, prompts, { layers });
      for (const [nth, prompt] of prompts.entries()) {
        const [alone] = lastStates(params, [prompt], { layers });
        for (const [c, value] of alone!.entries()) assert.ok(Math.abs(value - together[nth]![c]!) < 1e-5);
      }
    }
    const [first, last] = [0, 2].map((layers) => lastStates(params, [[1, 2]], { layers })[0]!);
    assert.ok(first!.some((value, c) => Math.abs(value - last![c]!) > 1e-3));
    assert.deepEqual(
      lastStates(params, [[1, 2]], { layers: 0 }),
      lastStates(params, [[3, 2]], { layers: 0 }),
      'before the first layer only the token itself counts',
    );
  });

  it('refuses layers that the model does not have, and prompts that it cannot read', () => {
    assert.throws(() => lastStates(params, prompts, { layers: 3 }), /expected 0 to 2 layers, got 3/);
    assert.throws(() => lastStates(params, [[]]), /expected 1 to 8 tokens, got 0/);
  });
});
