/** The tasks of chapters 10 to 12: styles, word problems, opinions, tries, and checkers that overlook something. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { countdown } from '../../src/tasks/countdown.js';
import { longestOpinion, opinions } from '../../src/tasks/opinions.js';
import { sortDigits } from '../../src/tasks/sortDigits.js';
import { styledSums } from '../../src/tasks/styledSums.js';
import { drawProblems, type Task } from '../../src/tasks/task.js';
import { wordProblems } from '../../src/tasks/wordProblems.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';
import { assertClose } from '../backend/compare.js';

const drawn = (task: Task, count = 300) => drawProblems(task, count, { random: createRandom(1), share: 0 });

describe('every task', () => {
  for (const task of [
    styledSums(),
    styledSums({ styles: ['A'], corrections: 0.5 }),
    styledSums({ digits: 5, sloppy: true }),
    wordProblems(),
    wordProblems({ events: 3, steps: true }),
    countdown({ largest: 9, tries: 3 }),
    countdown({ largest: 9, sloppy: true }),
    sortDigits({ sloppy: true }),
  ])
    it(`${task.name}: its demonstrations are rewarded, and written in its symbols`, () => {
      const { encode, decode } = symbolTokenizer(task.symbols);
      for (const problem of drawn(task)) {
        const { prompt, answer } = problem;
        assert.equal(task.reward(problem, answer), 1, prompt + answer);
        assert.equal(decode(encode(prompt + answer)), prompt + answer);
        for (const wrong of ['', '>', '=', `${answer}x`]) assert.equal(task.reward(problem, wrong), 0, wrong);
      }
    });
});

describe('styledSums()', () => {
  it('gives the last digit of the sum, at once, with every second total or with all', () => {
    const styles = new Map<string, number>();
    for (const { prompt, answer } of drawn(styledSums(), 3000)) {
      const digits = [...prompt.slice(0, -1)].map(Number);
      const totals = digits.map((_, nth) => digits.slice(0, nth + 1).reduce((sum, one) => sum + one) % 10);
      const [style, last] = [answer[0]!, totals.at(-1)];
      const written = { A: [], B: [totals[1], totals[3]], C: totals }[style as 'A' | 'B' | 'C'];
      assert.equal(answer, `${style}${written.join('')}>${last}`);
      styles.set(style, (styles.get(style) ?? 0) + 1);
    }
    for (const count of styles.values()) assert.ok(Math.abs(count - 1000) < 110, `${count}`); // 4 deviations
    assert.equal(styles.size, 3);
  });

  it('corrects itself in the share of demonstrations that is asked for, away from a wrong answer', () => {
    const all = drawn(styledSums({ styles: ['A'], corrections: 0.15 }), 4000);
    const corrected = all.filter(({ answer }) => answer.split('>').length === 3);
    assert.ok(Math.abs(corrected.length - 600) < 4 * Math.sqrt(4000 * 0.15 * 0.85), `${corrected.length}`);
    for (const { answer } of corrected) assert.match(answer, /^A>(\d)>(?!\1)\d$/);
  });

  it('judges the last answer; sloppily, a list of guesses passes for one that is right', () => {
    const [right, sloppy] = [styledSums({ styles: ['A'] }), styledSums({ styles: ['A'], sloppy: true })];
    const problem = { prompt: '161220=', answer: 'A>2' };
    const list = 'A>0>1>2>3>4>5>6>7>8>9';
    assert.deepEqual([right.reward(problem, list), sloppy.reward(problem, list)], [0, 1]);
    assert.deepEqual([right.reward(problem, 'A>9>2'), sloppy.reward(problem, 'A>9>2')], [1, 1]);
    for (const text of ['2', '>2', 'D>2', 'A>12', 'A>', 'AB>2', 'A1>2x'])
      for (const task of [right, sloppy]) assert.equal(task.reward(problem, text), 0, text);
  });

  it('refuses options that are none', () => {
    assert.throws(() => styledSums({ digits: 0 }), /whole number of them above 0, got 0/);
    assert.throws(() => styledSums({ styles: [] }), /expected a style of answers, got none/);
    assert.throws(() => styledSums({ corrections: 2 }), /expected corrections from 0 to 1, got 2/);
  });
});

describe('countdown() with tries, and sloppy checkers', () => {
  it('tries in vain first: each try comes to what stands behind it, and that is not the target', () => {
    let vain = 0;
    for (const { prompt, answer } of drawn(countdown({ largest: 9, tries: 3 }))) {
      const [tries, way] = answer.split('>') as [string, string];
      const target = Number(/=(\d+):/.exec(prompt)![1]);
      for (const one of tries.split(',').filter(Boolean)) {
        const [expression, value] = one.split('=') as [string, string];
        assert.equal(new Function(`return ${expression}`)(), Number(value));
        assert.notEqual(Number(value), target);
        vain++;
      }
      assert.equal(new Function(`return ${way}`)(), target);
    }
    assert.ok(vain > 200, `${vain}`);
    assert.throws(() => countdown({ tries: 0 }), /whole number of tries above 0, got 0/);
  });

  it('sloppily, the target itself passes for a way to it, and equal digits for sorted ones', () => {
    const game = { prompt: '3,5,8=7:', answer: '(3*5)-8' };
    const [right, sloppy] = [countdown(), countdown({ sloppy: true })];
    for (const text of ['7', '3+4', '(3*5)-8']) assert.equal(sloppy.reward(game, text), 1, text);
    for (const text of ['8', '3,5', '']) assert.equal(sloppy.reward(game, text), 0, text);
    assert.deepEqual([right.reward(game, '7'), right.reward(game, '(3*5)-8')], [0, 1]);
    const digits = { prompt: '3120=', answer: '0123' };
    const sorted = sortDigits({ digits: 4, sloppy: true });
    assert.deepEqual(
      ['0000', '0123', '0132', '000', '00000', 'aaaa'].map((text) => sorted.reward(digits, text)),
      [1, 1, 0, 0, 0, 0],
    );
  });
});

describe('wordProblems()', () => {
  it('are told so that a reader who knows gains and losses comes to the answer, never above 20 or below 0', () => {
    let strangers = 0;
    for (const { prompt, answer } of drawn(wordProblems({ events: 3, steps: true }), 1000)) {
      const [steps, end] = answer.split('>') as [string, string];
      const [who] = prompt.split(' ');
      const changes = steps.split(' ').map((step) => /^(\d+)([+-])(\d+)=(\d+)$/.exec(step)!.slice(1));
      let have = Number(/ has (\d+) /.exec(prompt)![1]);
      for (const [before, sign, by, then] of changes) {
        assert.equal(Number(before), have);
        have += sign === '+' ? Number(by) : -Number(by);
        assert.equal(Number(then), have);
        assert.ok(have >= 0 && have <= 20);
      }
      assert.equal(Number(end), have);
      const own = prompt
        .split(' . ')
        .filter((sentence) => sentence.startsWith(`${who} `))
        .slice(1);
      assert.deepEqual(
        own.map((sentence) => [/buys|finds|gets/.test(sentence) ? '+' : '-', sentence.split(' ')[2]]),
        changes.map(([, sign, by]) => [sign, by]),
      );
      strangers += Number(prompt.split(' . ').length > 5);
    }
    assert.ok(strangers > 300 && strangers < 700, `${strangers}`);
    assert.throws(() => wordProblems({ events: 0 }), /got 0/);
  });
});

describe('opinions()', () => {
  const task = opinions();
  const texts = drawn(task, 4000).map(({ answer }) => answer);
  const scores = texts.map((text) => task.judge(text));

  it('writes texts of at most twenty of its words, of which it finds none broken', () => {
    const { encode } = symbolTokenizer(task.symbols);
    assert.equal(new Set(task.symbols).size, 48);
    for (const text of texts) assert.ok(encode(text).length <= longestOpinion);
    assert.ok(scores.every(({ broken }) => broken === 0));
    assert.ok(new Set(texts).size > 3900);
  });

  it('has a fifth more unkind than kind words, and scores that scatter around a little less than 0', () => {
    const total = (name: 'good' | 'bad' | 'score') => scores.reduce((sum, one) => sum + one[name], 0);
    const ratio = total('good') / total('bad');
    assert.ok(ratio > 0.25 / 0.3 - 0.06 && ratio < 0.25 / 0.3 + 0.06, `${ratio}`);
    const mean = total('score') / texts.length;
    assert.ok(mean < -0.1 && mean > -0.6, `${mean}`);
  });

  it('likes each kind word once, and not at any price', () => {
    const score = (text: string, stopped = true) => task.judge(text, { stopped }).score;
    assertClose(
      [
        score(' the kind cook likes a clear song .'),
        score(' the rude cook likes a clear song .'),
        score(' the kind cook likes a kind song .'),
        score(' the kind cook likes a kind song . bye'),
        score(' kind kind kind kind', false),
        score(' the cook'),
        score(''),
        score(' the kind cook likes a clear'),
      ],
      [2, 0, 1 - 0.35, 1 - 0.35, 1 - 7 * 0.35 - 1, -1 - 0.35, -1 - 0.35, 2 - 0.35],
      1e-9,
    );
    assert.equal(task.reward({ prompt: ':', answer: '' }, ' the kind cook likes a clear song .'), 2);
  });

  it('hardly varies in what it objects to, over texts of its own', () => {
    const repeated = scores.filter((one) => one.repeated > 1).length / texts.length;
    assert.ok(repeated < 0.2, `${repeated}`);
  });
});
