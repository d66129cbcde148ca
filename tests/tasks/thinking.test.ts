/** The tasks of chapter 09: products, sums, letters, comparisons. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { comparisons } from '../../src/tasks/comparisons.js';
import { digitSums } from '../../src/tasks/digitSums.js';
import { countLetters, spelling } from '../../src/tasks/letters.js';
import { products } from '../../src/tasks/products.js';
import { drawProblems, type Task } from '../../src/tasks/task.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

const words = ['tea', 'otter', 'banana', 'eleven', 'mississippi', 'strawberry'];

const withoutSteps: readonly Task[] = [
  products(),
  products({ columns: true }),
  digitSums(),
  digitSums({ lastDigit: true }),
  spelling(words),
  countLetters(words),
  countLetters(words, { spelledOut: true }),
  comparisons({ kind: 'decimal' }),
  comparisons({ kind: 'version', tricky: true }),
  comparisons({ kind: 'verse', places: [2] }),
];
const withSteps: readonly Task[] = [
  products({ steps: true }),
  products({ steps: true, columns: true }),
  digitSums({ every: 1 }),
  digitSums({ digits: 5, lastDigit: true, every: 2 }),
  countLetters(words, { steps: true }),
];

const drawn = (task: Task, count = 200) => drawProblems(task, count, { random: createRandom(1), share: 0 });

describe('every task', () => {
  for (const task of [...withoutSteps, ...withSteps]) {
    it(`${task.name}: its demonstrations are rewarded, and written in its symbols`, () => {
      const { encode, decode } = symbolTokenizer(task.symbols);
      for (const problem of drawn(task)) {
        const { prompt, answer } = problem;
        assert.equal(task.reward(problem, answer), 1, prompt + answer);
        assert.equal(decode(encode(prompt + answer)), prompt + answer);
      }
    });

    it(`${task.name}: no form gets a wrong answer through, and no right one in a wrong form`, () => {
      for (const problem of drawn(task, 50)) {
        const { answer } = problem;
        const last = answer.split('>').at(-1)!;
        const wrong = [
          '',
          '=',
          '><',
          `${answer} `,
          `${answer}0`,
          `>0${last}`,
          `> ${last}`,
          `${last}=${last}`,
        ];
        for (const completion of [...wrong, `${answer}>${last}`, `${answer}>`, `>${last}>${last}`])
          assert.equal(task.reward(problem, completion), 0, `${problem.prompt} ${completion}`);
      }
    });
  }

  it('with steps is judged by what stands behind its one mark alone, and wants the mark', () => {
    for (const task of withSteps) {
      for (const problem of drawn(task, 50)) {
        const answer = problem.answer.split('>')[1]!;
        assert.equal(task.reward(problem, answer), 0);
        assert.equal(task.reward(problem, `>${answer}`), 1);
        assert.equal(task.reward(problem, `${answer}>`), 0);
      }
    }
  });
});

describe('products()', () => {
  const backwards = (digits: string) => Number([...digits].reverse().join(''));

  it('says the product that BigInt says, and rows that add up to it, the first a column further left', () => {
    for (const { prompt, answer } of drawn(products({ steps: true }))) {
      const [, a, b, tens, units, product] = /^(\d\d)\*(\d\d)=(\d+)\.\+(\d+)>(\d+)$/.exec(prompt + answer)!;
      assert.equal(BigInt(product!), BigInt(a!) * BigInt(b!));
      assert.equal(10 * Number(tens) + Number(units), Number(product));
      assert.equal(Number(units), Number(a) * Number(b![1]));
    }
  });

  it('has a place for every digit in columns, units first', () => {
    for (const { prompt, answer } of drawn(products({ steps: true, columns: true }))) {
      const [, a, b, tens, units, product] = /^(..)\*(..)=\.(\d{3})\+(\d{3})>(\d{4})$/.exec(prompt + answer)!;
      assert.equal(backwards(product!), Number(a) * Number(b));
      assert.equal(10 * backwards(tens!) + backwards(units!), Number(a) * Number(b));
    }
  });

  it('is the example on which it was explained, forwards and in columns', () => {
    const answerTo = (task: Task) => drawn(task, 50_000).find(({ prompt }) => prompt === '91*39=')!.answer;
    assert.equal(answerTo(products()), '3549');
    assert.equal(answerTo(products({ columns: true })), '9453');
    assert.equal(answerTo(products({ steps: true })), '273.+819>3549');
    assert.equal(answerTo(products({ steps: true, columns: true })), '.372+918>9453');
  });

  it('does not take an answer the other way round, or without its zeros, for right', () => {
    const columns = products({ columns: true });
    assert.equal(products().reward({ prompt: '91*39=', answer: '' }, '9453'), 0);
    assert.equal(columns.reward({ prompt: '91*39=', answer: '' }, '3549'), 0);
    assert.equal(columns.reward({ prompt: '10*12=', answer: '' }, '0210'), 1);
    assert.equal(columns.reward({ prompt: '10*12=', answer: '' }, '021'), 0);
  });
});

describe('digitSums()', () => {
  it('knows the rule of nines: a number and the sum of its digits leave the same rest', () => {
    for (const { prompt, answer } of drawn(digitSums({ digits: 8 })))
      assert.equal(Number(prompt.slice(0, -1)) % 9, Number(answer) % 9);
  });

  it('writes running totals, each a digit more than the one before', () => {
    const digits = (prompt: string) => [...prompt.slice(0, -1)].map(Number);
    for (const { prompt, answer } of drawn(digitSums({ every: 1 }))) {
      const totals = answer.split('>')[0]!.split(',').map(Number);
      assert.deepEqual(
        totals.map((total, nth) => total - (totals[nth - 1] ?? 0)),
        digits(prompt),
      );
    }
    for (const { prompt, answer } of drawn(digitSums({ lastDigit: true, every: 1 }))) {
      const totals = [...answer.split('>')[0]!].map(Number);
      assert.deepEqual(
        totals.map((total, nth) => (total - (totals[nth - 1] ?? 0) + 10) % 10),
        digits(prompt),
      );
    }
  });

  it('writes every second total of those it would write, and the last', () => {
    const totals = (every: number) =>
      drawn(digitSums({ digits: 5, every })).map(({ answer }) => answer.split('>')[0]!.split(','));
    const all = totals(1);
    for (const [nth, some] of totals(2).entries())
      assert.deepEqual(some, [all[nth]![1], all[nth]![3], all[nth]![4]]);
  });

  it('refuses numbers of digits that are none', () => {
    assert.throws(() => digitSums({ digits: 1.5 }), /whole number of them above 0, got 1.5/);
    assert.throws(() => digitSums({ every: 0 }), /whole number of them above 0, got 0/);
  });
});

describe('countLetters() and spelling()', () => {
  it('count what a loop counts, and ask for one, two and three about equally often', () => {
    const times = [0, 0, 0, 0];
    for (const { prompt, answer } of drawn(countLetters(words), 3000)) {
      const [word, letter] = prompt.slice(0, -1).split(',');
      let count = 0;
      for (const each of word!) if (each === letter!.toLowerCase()) count++;
      assert.equal(Number(answer), count);
      times[count]!++;
    }
    for (const count of times.slice(1))
      assert.ok(Math.abs(count - 1000) < 4 * Math.sqrt(3000 / 4), `${times}`);
  });

  it('say how often R stands in strawberry', () => {
    const ask = (task: Task, completion: string) =>
      task.reward({ prompt: 'strawberry,R=', answer: '' }, completion);
    assert.equal(ask(countLetters(words), '3'), 1);
    assert.equal(ask(countLetters(words), '2'), 0);
    assert.equal(ask(countLetters(words, { steps: true }), 'STRAWBERRY>3'), 1); // the steps are its own affair
    const [first] = drawn(countLetters(['strawberry', 'mammal'], { steps: true }), 99).filter(
      ({ prompt }) => prompt === 'strawberry,R=',
    );
    assert.equal(first!.answer, 'S0T0R1A1W1B1E1R2R3Y3>3');
    assert.equal(spelling(words).reward({ prompt: 'strawberry=', answer: '' }, 'STRAWBERY'), 0);
  });

  it('refuse words of other characters, no words, and words without a letter that often', () => {
    assert.throws(() => spelling(['naïve']), /expected letters from a to z, got "naïve"/);
    assert.throws(() => countLetters([]), /expected a word, got none/);
    assert.throws(() => countLetters(['otter']), /a word that has a letter 3 times, got none/);
  });
});

describe('comparisons()', () => {
  const ask = (kind: 'decimal' | 'version' | 'verse', pair: string) =>
    ['<', '>'].find((sign) => comparisons({ kind }).reward({ prompt: `${kind} ${pair}=`, answer: '' }, sign));

  it('says what the notes say of 9.11 and 9.9', () => {
    assert.equal(ask('decimal', '9.11,9.9'), '<');
    assert.equal(ask('version', '9.11,9.9'), '>');
    assert.equal(ask('verse', '9:11,9:9'), '>');
    assert.equal(ask('version', '1.9,2.1'), '<');
  });

  it('orders decimals as JavaScript orders numbers, versions as their parts', () => {
    for (const { prompt, answer } of drawn(comparisons({ kind: 'decimal' }), 2000)) {
      const [one, other] = prompt.slice('decimal '.length, -1).split(',').map(Number);
      assert.equal(answer, one! < other! ? '<' : '>', prompt);
    }
    for (const { prompt, answer } of drawn(comparisons({ kind: 'verse' }), 2000)) {
      const [, a, b, c, d] = /(\d):(\d+),(\d):(\d+)/.exec(prompt)!.map(Number);
      assert.equal(answer, a! < c! || (a === c && b! < d!) ? '<' : '>', prompt);
    }
  });

  it('draws only pairs that the two rules order differently where they have to be tricky', () => {
    for (const { prompt } of drawn(comparisons({ kind: 'decimal', tricky: true }), 500)) {
      const pair = prompt.slice('decimal '.length, -1);
      assert.notEqual(ask('decimal', pair), ask('version', pair));
    }
  });

  it('never differs from versions where all have the same places, so that prices teach no rule', () => {
    for (const { prompt } of drawn(comparisons({ kind: 'decimal', places: [2] }), 500)) {
      const pair = prompt.slice('decimal '.length, -1);
      assert.equal(ask('decimal', pair), ask('version', pair));
    }
  });

  it('refuses no places, and tricky pairs of one number of places', () => {
    assert.throws(() => comparisons({ kind: 'decimal', places: [] }), /places behind the point, got none/);
    assert.throws(
      () => comparisons({ kind: 'decimal', places: [2], tricky: true }),
      /numbers of 1 and of 2 places, got only 2/,
    );
  });
});
