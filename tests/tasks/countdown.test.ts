import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { countdown } from '../../src/tasks/countdown.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

/** What JavaScript makes of an expression. */
const evaluated = (text: string): number => new Function(`return ${text};`)() as number;

const judge = (prompt: string, completion: string) => countdown().reward({ prompt, answer: '' }, completion);

describe('countdown()', () => {
  it('makes games whose demonstrations come out, by JavaScript too, and are rewarded', () => {
    for (const count of [2, 3, 4]) {
      const task = countdown({ count });
      const { encode, decode } = symbolTokenizer(task.symbols);
      const random = createRandom(count);
      for (let nth = 0; nth < 300; nth++) {
        const problem = task.problem(random);
        const [numbers, target] = problem.prompt.slice(0, -1).split('=');
        assert.equal(numbers!.split(',').length, count);
        assert.equal(evaluated(problem.answer), Number(target));
        assert.equal(task.reward(problem, problem.answer), 1, problem.prompt + problem.answer);
        assert.equal(decode(encode(problem.prompt + problem.answer)), problem.prompt + problem.answer);
      }
    }
  });

  it('agrees with JavaScript on random expressions of the given numbers', () => {
    const random = createRandom(1);
    const counts = [0, 0];
    for (let nth = 0; nth < 4000; nth++) {
      const numbers = Array.from({ length: 3 }, () => String(1 + random.integer(9)));
      const [a, b, c] = random.shuffle(numbers);
      const [one, other] = [random.pick([...'+-*/']), random.pick([...'+-*/'])];
      const text = random.pick([`${a}${one}${b}${other}${c}`, `${a}${one}(${b}${other}${c})`]);
      const value = evaluated(text);
      const target = random.integer(2) === 0 && Number.isInteger(value) ? value : random.integer(20);
      const right = Math.abs(value - target) < 1e-9;
      assert.equal(judge(`${numbers}=${target}:`, text), Number(right), `${text} is ${value}, not ${target}`);
      counts[Number(right)]!++;
    }
    assert.ok(Math.min(...counts) > 500, `${counts}`);
  });

  it('takes any way there is, and keeps account of fractions', () => {
    assert.equal(judge('3,5,8=7:', '3*5-8'), 1);
    assert.equal(judge('3,5,8=7:', '((5)*3)-8'), 1);
    assert.equal(judge('8,3,8,3=24:', '8/(3-8/3)'), 1);
  });

  it('is not cheated: other numbers, numbers twice or not at all, what is no expression, division by zero', () => {
    const cheats = ['7', '', '3*5-8=7', '3*5-8 ', '3*5', '3+5-8+7', '3*5-8+8-8', '35-8', '3**5-8', '-8+3*5'];
    for (const cheat of [...cheats, '(3*5-8', '3*5-8)', '3*5--8', '(3)(5)-8', '7//8,5,3', '3*5-8;7', '()'])
      assert.equal(judge('3,5,8=7:', cheat), 0, cheat);
    assert.equal(judge('2,2,5=0:', '5/(2-2)'), 0);
    assert.equal(judge('2,2,5=5:', '5/(2-2)'), 0);
    assert.equal(judge('3,5,8=7:', `${'('.repeat(100_000)}3*5-8${')'.repeat(100_000)}`), 0);
  });

  it('refuses games that cannot be played', () => {
    assert.throws(
      () => countdown({ count: 1 }),
      /expected 2 numbers or more up to 2 or more, got 1 up to 99/,
    );
    assert.throws(() => countdown({ largest: 1.5 }), /got 3 up to 1.5/);
  });
});
