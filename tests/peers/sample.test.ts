import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { type SampleOptions, sampleDistribution } from '../../src/model/sample.js';
import { askPython, withPeers } from './python.js';

/** What transformers calls our options. */
const theirNames: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topK: 'top_k',
  topP: 'top_p',
  minP: 'min_p',
  repetitionPenalty: 'repetition_penalty',
};

const values: Readonly<Record<string, readonly number[]>> = {
  temperature: [0.5, 1.7],
  topK: [1, 7, 40],
  topP: [0.2, 0.8, 0.97],
  minP: [0.02, 0.3],
  repetitionPenalty: [0.8, 1.2, 3],
};

/** Each option alone, and eighty mixtures of them. */
function allOptions(): SampleOptions[] {
  const alone = Object.entries(values).flatMap(([name, some]) => some.map((value) => ({ [name]: value })));
  const random = createRandom(5);
  const mixtures = Array.from({ length: 80 }, () =>
    Object.fromEntries(
      Object.entries(values)
        .filter(() => random.uniform() < 0.6)
        .map(([name, some]) => [name, some[random.integer(some.length)]!]),
    ),
  );
  return [...alone, ...mixtures];
}

withPeers(import.meta.filename, () => {
  test('sampleDistribution() is what transformers draws from, whichever options come together', () => {
    const random = createRandom(4);
    // Rounded to what a float holds, so that both cut the same numbers.
    const logits = Array.from({ length: 100 }, () => Math.fround(3 * random.normal()));
    const previous = Array.from({ length: 30 }, () => random.integer(100));
    const options = allOptions();
    const cases = options.map((some) =>
      Object.fromEntries(Object.entries(some).map(([name, value]) => [theirNames[name], value])),
    );
    const theirs = askPython<number[][]>('samplePeer.py', { logits, previous, cases });
    for (const [nth, some] of options.entries()) {
      const own = sampleDistribution(logits, { ...some, previous });
      for (const [id, chance] of own.entries())
        assert.ok(
          Math.abs(chance - theirs[nth]![id]!) < 1e-6,
          `${JSON.stringify(some)}, ${id}: ${chance}, ${theirs[nth]![id]}`,
        );
    }
  });
});
