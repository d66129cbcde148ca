import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { heldOut } from '../../src/tasks/heldOut.js';
import { sortDigits } from '../../src/tasks/sortDigits.js';
import { drawProblems, type Task } from '../../src/tasks/task.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

describe('heldOut()', () => {
  const texts = Array.from({ length: 20_000 }, (_, nth) => `${nth}+${nth % 7}=`);

  it('holds out the share that is asked for, to chance', () => {
    for (const share of [0.02, 0.1, 0.5, 0.9]) {
      const count = texts.filter((text) => heldOut(text, share)).length;
      const deviation = Math.sqrt(texts.length * share * (1 - share));
      assert.ok(Math.abs(count - share * texts.length) < 4 * deviation, `${share}: ${count}`);
    }
    assert.ok(!texts.some((text) => heldOut(text, 0)) && texts.every((text) => heldOut(text, 1)));
  });

  it('holds out the same texts and more where the share is larger', () => {
    for (const text of texts) if (heldOut(text, 0.1)) assert.ok(heldOut(text, 0.2));
  });

  it('is on the side that Python finds by FNV-1a and SplitMix64, in every run', () => {
    const places = {
      '': 0.763695,
      a: 0.371731,
      '80538819=': 0.466418,
      你好: 0.802578,
      '12+30=': 0.796017,
      'e\u0301': 0.759421,
    };
    for (const [text, place] of Object.entries(places)) {
      assert.ok(heldOut(text, place + 1e-5), text);
      assert.ok(!heldOut(text, place - 1e-5), text);
    }
  });

  it('refuses a share that is none', () => {
    for (const share of [-0.1, 1.1, Number.NaN])
      assert.throws(() => heldOut('a', share), new RegExp(`expected a share from 0 to 1, got ${share}`));
  });
});

describe('sortDigits()', () => {
  const task = sortDigits();

  it('rewards the answer of every problem it makes, and nothing else', () => {
    const random = createRandom(1);
    for (let nth = 0; nth < 500; nth++) {
      const problem = task.problem(random);
      assert.match(problem.prompt, /^\d{8}=$/);
      assert.equal(task.reward(problem, problem.answer), 1);
      const digits = [...problem.answer];
      assert.ok(digits.every((digit, at) => at === 0 || digits[at - 1]! <= digit));
      assert.deepEqual(digits.toSorted(), [...problem.prompt.slice(0, -1)].sort());
      for (const wrong of ['', `${problem.answer}0`, problem.answer.slice(1), ` ${problem.answer}`])
        assert.equal(task.reward(problem, wrong), 0);
    }
  });

  it('is written in its symbols', () => {
    const { encode, decode } = symbolTokenizer(task.symbols);
    const { prompt, answer } = task.problem(createRandom(2));
    assert.equal(decode(encode(prompt + answer)), prompt + answer);
  });

  it('refuses a number of digits that is none', () =>
    assert.throws(() => sortDigits({ digits: 0 }), /whole number of them above 0, got 0/));
});

describe('drawProblems()', () => {
  const task = sortDigits({ digits: 3 });

  it('keeps the two sides apart, whatever the seed', () => {
    const prompts = (seed: number, heldOut: boolean) =>
      drawProblems(task, 400, { random: createRandom(seed), heldOut }).map(({ prompt }) => prompt);
    const exam = new Set(prompts(1, true));
    for (const seed of [1, 2, 3]) assert.ok(!prompts(seed, false).some((prompt) => exam.has(prompt)));
  });

  it('gives the same problems to the same seed', () => {
    const draw = (seed: number) => drawProblems(task, 5, { random: createRandom(seed) });
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  });

  it('says so where a task has no problem on a side', () => {
    const only: Task = { ...task, name: 'only', problem: () => ({ prompt: 'a', answer: 'b' }) };
    const side = heldOut('a');
    const draw = (wanted: boolean) => drawProblems(only, 1, { random: createRandom(1), heldOut: wanted });
    assert.equal(draw(side).length, 1);
    assert.throws(() => draw(!side), /Cannot draw problems of "only": none of 10000 was/);
  });
});
