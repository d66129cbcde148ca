import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { spikeDetector } from '../../src/train/run/spikeDetector.js';

const random = createRandom(8);
const calm = (count: number) => Array.from({ length: count }, () => 3 + 0.1 * random.normal());

/** llm.c's rule as it is written there: sums that run along, the new value among them. */
function runningScores(values: readonly number[], window: number): number[] {
  let [sum, squares] = [0, 0];
  return values.map((value, nth) => {
    const old = nth < window ? 0 : values[nth - window]!;
    sum += value - old;
    squares += value * value - old * old;
    const mean = sum / window;
    return nth < window ? 0 : (value - mean) / Math.sqrt(squares / window - mean * mean);
  });
}

describe('spikeDetector()', () => {
  it("takes for leaps what llm.c's sums take for them, wherever the threshold lies", () => {
    const values = calm(600).map((value, nth) => (nth % 97 === 96 ? value + 0.5 : value));
    const scores = runningScores(values, 128);
    for (const deviations of [1, 2, 3, 4]) {
      const detector = spikeDetector({ lossDeviations: deviations });
      const said = values.map((loss) => detector.judge({ loss, gradNorm: 1 }) !== undefined);
      const clear = scores.map((score) => Math.abs(score - deviations) > 1e-6);
      assert.deepEqual(
        said.filter((_, nth) => clear[nth] && nth >= 128),
        scores.map((score) => score > deviations).filter((_, nth) => clear[nth] && nth >= 128),
      );
      assert.ok(said.includes(true));
    }
  });

  it('says nothing before its window is full, nor of a fall, nor of values that are all the same', () => {
    const detector = spikeDetector({ window: 20, lossDeviations: 2 });
    const judged = [...calm(18), 99].map((loss) => detector.judge({ loss, gradNorm: 1 }));
    assert.ok(judged.every((reason) => reason === undefined));
    const other = spikeDetector({ window: 20, lossDeviations: 2 });
    for (const loss of calm(30)) other.judge({ loss: loss + 1, gradNorm: 1 });
    assert.equal(other.judge({ loss: -9, gradNorm: 1 }), undefined);
    const level = spikeDetector({ window: 3, lossDeviations: 1.5 });
    for (let nth = 0; nth < 9; nth++) assert.equal(level.judge({ loss: 2, gradNorm: 1 }), undefined);
  });

  it('looks at the length of the gradient too', () => {
    const detector = spikeDetector();
    for (const gradNorm of calm(200)) assert.equal(detector.judge({ loss: 2, gradNorm }), undefined);
    assert.match(
      detector.judge({ loss: 2, gradNorm: 9 })!,
      /^the gradient's length leaps to 9\.00, \d\d?\.\d standard deviations above the mean of the last 128 steps$/,
    );
  });

  it('goes on from its state, kept as JSON', () => {
    const values = calm(300);
    const whole = spikeDetector({ lossDeviations: 1.5 });
    const said = values.map((loss) => whole.judge({ loss, gradNorm: 1 }));
    const first = spikeDetector({ lossDeviations: 1.5 });
    for (const loss of values.slice(0, 140)) first.judge({ loss, gradNorm: 1 });
    const second = spikeDetector({ lossDeviations: 1.5 }, JSON.parse(JSON.stringify(first.state())));
    assert.deepEqual(
      values.slice(140).map((loss) => second.judge({ loss, gradNorm: 1 })),
      said.slice(140),
    );
  });

  it('refuses a window or a threshold that can find nothing', () => {
    for (const window of [2, 3.5, Number.NaN])
      assert.throws(() => spikeDetector({ window }), /expected a window of 3 or more steps, got/);
    for (const name of ['lossDeviations', 'gradientDeviations'])
      for (const value of [0, -1, Number.NaN])
        assert.throws(
          () => spikeDetector({ [name]: value }),
          new RegExp(`expected ${name} above 0, got ${value}`),
        );
  });
});
