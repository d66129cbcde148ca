import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import {
  answerOf,
  descend,
  type LinearModel,
  lossOf,
  type SparseExample,
  slopeOf,
} from '../../../src/data/quality/logistic.js';
import { learnedQuality, qualityScore, trainQuality } from '../../../src/data/quality/qualityClassifier.js';
import { qualityExamples, qualityRubric } from '../../../src/data/quality/qualityExamples.js';
import { loadQuality, saveQuality } from '../../../src/data/quality/qualityFile.js';
import { heldOut, strangers } from './heldOut.js';

const folder = mkdtempSync(join(tmpdir(), 'quality-'));
after(() => rmSync(folder, { recursive: true }));

const fresh = (features: number): LinearModel => ({ weights: new Float64Array(features), bias: 0 });

function someExamples(count: number, features: number, seed: number): SparseExample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const ids = Int32Array.from(
      Array.from({ length: features }, (_, id) => id).filter(() => random.uniform() < 0.5),
    );
    const signal = ids.includes(0) ? 0.8 : 0.3;
    return {
      ids,
      value: 1 / Math.sqrt(ids.length || 1),
      target: random.uniform() < signal ? 1 : random.uniform(),
    };
  });
}

describe('logistic regression', () => {
  it('has the gradient that finite differences give, for every weight and the bias', () => {
    const random = createRandom(3);
    for (const example of someExamples(20, 6, 4)) {
      const model = fresh(6);
      for (let id = 0; id < 6; id++) model.weights[id] = random.normal();
      model.bias = random.normal();
      const slope = slopeOf(model, example);
      const step = 1e-5;
      const numeric = (move: (by: number) => void) => {
        move(step);
        const above = lossOf(model, example);
        move(-2 * step);
        const below = lossOf(model, example);
        move(step);
        return (above - below) / (2 * step);
      };
      for (let id = 0; id < 6; id++) {
        const expected = example.ids.includes(id) ? slope * example.value : 0;
        const got = numeric((by) => {
          model.weights[id] = model.weights[id]! + by;
        });
        assert.ok(Math.abs(got - expected) < 1e-7, `weight ${id}: ${got}, not ${expected}`);
      }
      const got = numeric((by) => {
        model.bias += by;
      });
      assert.ok(Math.abs(got - slope) < 1e-7);
    }
  });
  it("comes to the minimum that Newton's method finds", () => {
    const examples = someExamples(400, 4, 5);
    const model = fresh(4);
    descend(model, examples, { epochs: 400, learningRate: 0.5, decay: 0 }, createRandom(1));
    const exact = newton(examples, 4);
    for (const [nth, weight] of [...model.weights, model.bias].entries())
      assert.ok(Math.abs(weight - exact[nth]!) < 0.02, `${nth}: ${weight}, not ${exact[nth]}`);
  });
  it('tells apart what a line can tell apart', () => {
    const examples = someExamples(200, 5, 6).map((example) => ({
      ...example,
      target: example.ids.includes(2) ? 1 : 0,
    }));
    const model = fresh(5);
    descend(model, examples, { epochs: 50, learningRate: 2, decay: 0 }, createRandom(1));
    for (const example of examples) assert.equal(Math.round(answerOf(model, example)), example.target);
  });
});

/** Weights, then the bias, where the gradient of the summed loss is 0: Newton's steps, each by Gaussian elimination. */
function newton(examples: readonly SparseExample[], features: number): number[] {
  const size = features + 1;
  const theta = Array<number>(size).fill(0);
  for (let round = 0; round < 30; round++) {
    const rows = Array.from({ length: size }, () => Array<number>(size + 1).fill(0)); // Hessian | gradient
    for (const { ids, value, target } of examples) {
      const x = Array.from({ length: size }, (_, id) => (id === features ? 1 : ids.includes(id) ? value : 0));
      const p = 1 / (1 + Math.exp(-x.reduce((sum, one, id) => sum + one * theta[id]!, 0)));
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) rows[a]![b]! += p * (1 - p) * x[a]! * x[b]!;
        rows[a]![size]! += (p - target) * x[a]!;
      }
    }
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        if (a === b) continue;
        const factor = rows[b]![a]! / rows[a]![a]!;
        for (let c = 0; c <= size; c++) rows[b]![c]! -= factor * rows[a]![c]!;
      }
    for (let a = 0; a < size; a++) theta[a]! -= rows[a]![size]! / rows[a]![a]!;
  }
  return theta;
}

describe('trainQuality()', () => {
  const examples = qualityExamples({ count: 300 });
  it('tells texts that teach from others in documents it has not seen, and its scores mean what they say', () => {
    const { accuracy, auc, calibrationError } = heldOut(examples, { seed: 1 });
    assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);
    assert.ok(auc > 0.98, `area under the curve ${auc}`);
    assert.ok(calibrationError < 0.06, `calibration error ${calibrationError}`);
  });
  it('tells the articles of sites that it has not seen from what stands beside them', () => {
    const { withPages, without } = strangers(examples.filter((_, nth) => nth % 3 === 0));
    assert.ok(withPages > 0.9, `area under the curve ${withPages}`);
    assert.ok(without < 0.6, `without real pages ${without}`);
  });
  it('learns nothing from scores that were dealt out at random', () => {
    const scores = createRandom(9).shuffle(examples.map(({ score }) => score));
    const { auc } = heldOut(
      examples.map((example, nth) => ({ ...example, score: scores[nth]! })),
      { seed: 1 },
    );
    assert.ok(Math.abs(auc - 0.5) < 0.1, `area under the curve ${auc}`);
  });
  it('gives the same weights for the same seed, others for another', () => {
    const some = examples.slice(0, 100);
    const one = trainQuality(some, { seed: 1, bits: 12 });
    assert.deepEqual(trainQuality(some, { seed: 1, bits: 12 }), one);
    assert.notDeepEqual(trainQuality(some, { seed: 2, bits: 12 }).weights, one.weights);
  });
  it('sees words and pairs of words, whatever their case and the blanks between', () => {
    const pairs = [
      { text: 'salt water', score: 5 },
      { text: 'water salt', score: 0 },
    ];
    const model = trainQuality(pairs, { epochs: 100 });
    assert.ok(qualityScore(model, 'Salt\n WATER') > 4);
    assert.ok(qualityScore(model, 'water salt') < 1);
    assert.ok(Math.abs(qualityScore(model, '') - 5 / (1 + Math.exp(-model.bias))) < 1e-12);
  });
  it('refuses no texts, and scores off the scale', () => {
    assert.throws(() => trainQuality([]), /there is no text/);
    for (const score of [-1, 6, Number.NaN])
      assert.throws(() => trainQuality([{ text: 'a', score }]), /text 0: expected a score from 0 to 5, got/);
    assert.throws(() => trainQuality([{ text: 'a', score: 1 }], { bits: 40 }), /expected bits from 1 to 26/);
  });
});

describe('qualityExamples()', () => {
  it('gives as many passages of each source, with the score of its source, the same for the same seed', () => {
    const examples = qualityExamples({ count: 50, seed: 2 });
    assert.equal(examples.length, 350);
    for (const [source, score] of Object.entries(qualityRubric)) {
      const own = examples.filter((example) => example.source === source);
      assert.equal(own.length, 50);
      assert.ok(own.every((example) => example.score === score));
    }
    assert.ok(examples.every(({ text }) => text.split(/\s+/).length <= 120));
    assert.deepEqual(qualityExamples({ count: 50, seed: 2 }), examples);
  });
});

describe('learnedQuality()', () => {
  it('keeps what scores the least that is asked for, notes the score, and says the score of what it drops', () => {
    const model = trainQuality(
      [
        { text: 'cells divide', score: 5 },
        { text: 'buy now', score: 0 },
      ],
      { bits: 12, epochs: 50 },
    );
    const good = { id: 'a', text: 'Cells divide', metadata: { page: 1 } };
    const score = qualityScore(model, good.text);
    const metadata = { page: 1, qualityScore: score };
    assert.deepEqual(learnedQuality(model).judge(good), { keep: true, document: { ...good, metadata } });
    assert.equal(learnedQuality(model, { minScore: score }).judge(good).keep, true);
    const verdict = learnedQuality(model, { minScore: score + 0.01 }).judge(good);
    assert.deepEqual(verdict, {
      keep: false,
      reason: 'low score',
      detail: `${score.toFixed(1)}, at least ${score + 0.01}`,
    });
    assert.equal(learnedQuality(model).judge({ ...good, text: 'buy now' }).keep, false);
  });
});

describe('a quality classifier in a file', () => {
  const path = join(folder, 'model.json');
  const model = trainQuality([{ text: 'one two', score: 5 }], { bits: 8 });
  it('comes back the same', () => {
    saveQuality(path, model);
    assert.deepEqual(loadQuality(path), model);
  });
  it('is refused with a sentence when it is damaged', () => {
    saveQuality(path, model);
    const whole = readFileSync(path, 'utf8');
    const file = JSON.parse(whole);
    const damaged: [string, RegExp][] = [
      [whole.slice(0, -20), /not JSON/],
      ['[]', /expected format/],
      ['7', /expected a JSON object/],
      [
        JSON.stringify({ ...file, format: 'x' }),
        /expected format "llm-workbook quality classifier 1", got "x"/,
      ],
      [JSON.stringify({ ...file, bits: 9 }), /expected 512 weights, got 256/],
      [JSON.stringify({ ...file, bits: '8' }), /expected bits from 1 to 26, got "8"/],
      [JSON.stringify({ ...file, bias: null }), /expected a number as bias, got null/],
      [JSON.stringify({ ...file, characters: -1 }), /expected a number of characters, got -1/],
      [JSON.stringify({ ...file, weights: `B${file.weights.slice(1)}` }), /checksum/],
    ];
    for (const [text, message] of damaged) {
      writeFileSync(path, text);
      assert.throws(() => loadQuality(path), { name: 'SyntaxError', message });
      assert.throws(() => loadQuality(path), {
        message: new RegExp(`^Cannot read quality classifier ${path}: `),
      });
    }
  });
});
