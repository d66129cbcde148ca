import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { tf } from '../../src/backend/tf.js';
import { check, checkExercise, exercises } from '../../src/exercises/check.js';
import type { Exercise } from '../../src/exercises/exercise.js';
import type { CheckReport } from '../../src/exercises/report.js';
import { pairCounts } from '../../src/tokenizer/pairs.js';

type Displayed = { readonly [symbol: symbol]: () => { readonly [mime: string]: string } };

/** An exercise that expects one value, whatever the input; the tests below answer it in many ways. */
const expecting = (value: unknown, { tolerance = 0 } = {}): Exercise => ({
  id: '00.1',
  name: 'f',
  answer: () => value,
  cases: [[[1, 2, 3]]],
  random: () => [[1, 2, 3]],
  tolerance,
  mistakes: [],
  hint: 'the general hint',
});
const statusOf = (expected: unknown, got: unknown, options = {}) =>
  checkExercise(expecting(expected, options), () => got).status;
const failureOf = (expected: unknown, answer: unknown) => checkExercise(expecting(expected), answer).failure;

describe('check(): the exercises of the chapters', () => {
  for (const exercise of exercises) {
    const { id, name, answer, mistakes } = exercise;
    describe(`${id} ${name}`, () => {
      it('takes the right answer, with the chosen inputs and with random ones of several seeds', () => {
        for (const seed of [1, 2, 3]) {
          const { status, passed, cases } = check(id, answer, { seed });
          assert.deepEqual([status, passed], ['right', cases]);
          assert.ok(cases > exercise.cases.length, 'random inputs are tried as well');
        }
      });

      it('takes the stub for not written yet', () => {
        const stub = () => {
          throw new Error('not implemented');
        };
        const { status, passed, failure } = check(id, stub);
        assert.deepEqual([status, passed, failure], ['unwritten', 0, undefined]);
      });

      for (const [nth, mistake] of mistakes.entries()) {
        const { hint } = mistake;
        it(`refuses mistake ${nth + 1}, with a short input and ${hint ? `"${hint}"` : 'a hint in whole sentences'}`, () => {
          const { status, failure } = check(id, mistake.answer);
          assert.equal(status, 'wrong');
          assert.ok(failure!.input.length <= 110, failure!.input);
          assert.notEqual(failure!.expected, failure!.got);
          assert.match(failure!.hint, /^.{10,}[.?]$/s);
          if (hint) assert.equal(failure!.hint, hint);
        });
      }

      it('refuses a function that answers nothing, and shows the first of its smallest inputs', () => {
        const { status, passed, failure } = check(id, () => undefined);
        assert.deepEqual([status, passed], ['wrong', 0]);
        const length = failure!.input.length;
        for (const seed of [2, 3])
          assert.ok(check(id, () => undefined, { seed }).failure!.input.length <= length);
      });
    });
  }

  it('has at least two known mistakes for every exercise, and ids in order', () => {
    assert.ok(exercises.every(({ mistakes }) => mistakes.length >= 2));
    const ids = exercises.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
  });

  it('names the exercises that there are to one who asks for another', () => {
    assert.throws(() => check('02.9', () => 1), {
      name: 'RangeError',
      message: /Cannot check '02\.9': the exercises are 01\.1, .*02\.3.*05\.3/,
    });
  });
});

describe('check(): what a function may do', () => {
  it('throws: the error is what came', () => {
    const failure = failureOf(1, () => {
      throw new TypeError('no such thing');
    });
    assert.equal(failure?.got, 'TypeError: no such thing');
    assert.match(failure!.hint, /error/);
  });

  it('throws something that is no error, or an error that cannot be read', () => {
    const thrown = (value: unknown) =>
      failureOf(1, () => {
        throw value;
      })?.got;
    assert.equal(thrown('text'), "thrown: 'text'");
    assert.equal(thrown(undefined), 'thrown: undefined');
    const unreadable = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('caught');
      },
    });
    assert.equal(thrown(unreadable), 'an error that cannot be read');
  });

  it('throws as the stub does for some inputs only: that is wrong, not unwritten', () => {
    let calls = 0;
    const half = () => {
      if (calls++ > 0) throw new Error('not implemented');
      return 1;
    };
    const { status, passed } = checkExercise(expecting(1), half);
    assert.deepEqual([status, passed], ['wrong', 1]);
  });

  it('returns a promise: the report says so, and a rejected one disturbs nothing', async () => {
    const failure = failureOf(1, async () => {
      throw new Error('late');
    });
    assert.match(failure!.got, /^Promise/);
    assert.match(failure!.hint, /promise.*a number is expected/);
    await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail the test
  });

  it('changes its input: the report says so even where the value is right', () => {
    const failure = failureOf(1, (ids: number[]) => ids.push(4) && 1);
    assert.equal(failure?.got, '1, and the input is changed');
    assert.match(failure!.hint, /copy/);
    assert.equal(failure?.input, 'f([ 1, 2, 3 ])', 'the input is shown as it was');
  });

  it('returns NaN or nothing', () => {
    assert.equal(failureOf(1, () => Number.NaN)?.got, 'NaN');
    assert.match(failureOf(1, () => {})!.hint, /return/);
  });

  it('returns one array and goes on writing into it: what came first is what is shown', () => {
    const shared: number[] = [];
    const failure = failureOf([], () => {
      shared.push(shared.length);
      return shared;
    });
    assert.equal(failure?.got, '[ 0 ]');
  });

  it('is no function', () => {
    const failure = failureOf(1, 1);
    assert.deepEqual([failure?.expected, failure?.got], ['a function', 'a number']);
    assert.equal(checkExercise(expecting(1), undefined).status, 'wrong');
  });

  it('returns tensors: none is left behind', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    checkExercise(expecting(1), () => tf.zeros([2, 2]));
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('check(): how values are compared', () => {
  it('numbers to the tolerance that the exercise states, as a share of a large one', () => {
    assert.equal(statusOf(1, 1 + 1e-12), 'wrong');
    assert.equal(statusOf(1, 1 + 1e-12, { tolerance: 1e-9 }), 'right');
    assert.equal(statusOf(1e6, 1e6 + 1e-4, { tolerance: 1e-9 }), 'right');
    assert.equal(statusOf(1e6, 1e6 + 1e-2, { tolerance: 1e-9 }), 'wrong');
    assert.equal(statusOf(0, -0), 'right');
    const infinite = [Number.POSITIVE_INFINITY, Number.MAX_VALUE] as const;
    assert.equal(statusOf(...infinite, { tolerance: 1e-9 }), 'wrong');
    assert.equal(statusOf(infinite[1], infinite[0], { tolerance: 1e-9 }), 'wrong');
    assert.equal(statusOf(1, Number.NaN, { tolerance: 1e-9 }), 'wrong');
  });

  it('kinds strictly: a text is no number, a list of numbers no typed array', () => {
    for (const [expected, got] of [
      [1, '1'],
      [0, null],
      [[1], Int32Array.of(1)],
      [Int32Array.of(1), Uint8Array.of(1)],
      [new Map([['a', 1]]), { a: 1 }],
      ['a', ['a']],
      [[], {}],
      [true, 1],
    ])
      assert.equal(statusOf(expected, got), 'wrong', `${inspect(got)} for ${inspect(expected)}`);
  });

  it('inside arrays, maps, sets and objects', () => {
    const value = () => ({ a: [1, [2.5]], b: new Map([['x', Float32Array.of(1)]]), c: new Set([1, 2]) });
    assert.equal(statusOf(value(), value()), 'right');
    assert.equal(statusOf(new Set([1, 2]), new Set([2, 1])), 'right');
    assert.equal(
      statusOf(new Map(Object.entries({ a: 1, b: 2 })), new Map(Object.entries({ b: 2, a: 1 }))),
      'right',
    );
    for (const [expected, got, hint] of [
      [[1, [2, 3]], [1, [2, 4]], /^At \[1\]\[1\] 3 is expected, not 4/],
      [[1], [1, 2], /^The length 1 is expected, not 2\. the general hint$/],
      [new Map([['a', 1]]), new Map([['a', 2]]), /^At \[a\] 1 is expected, not 2/],
      [new Map([['a', 1]]), new Map(), /^The key a is missing/],
      [new Set([1]), new Set([1, 2]), /^The member 2 should not be there/],
      [[{ keep: true }], [{ keep: false }], /^At \[0\]\.keep true is expected, not false/],
      [{ keep: true }, { keep: true, reason: '' }, /^The property reason should not be there/],
      [Int32Array.of(1, 2), Int32Array.of(1, 3), /^At \[1\] 2 is expected, not 3/],
    ] as const)
      assert.match(failureOf(expected, () => got)!.hint, hint);
  });

  it('objects that claim to be what they are not are refused', () => {
    const liars: [expected: unknown, got: unknown][] = [
      [[1], { 0: 1, length: 1 }],
      [[1], Object.setPrototypeOf({ 0: 1, length: 1 }, Array.prototype)],
      [1, { valueOf: () => 1, toString: () => '1', [inspect.custom]: () => '1' }],
      [1, Object(1)],
      [new Map([['a', 1]]), { __proto__: Map.prototype, [Symbol.toStringTag]: 'Map', size: 1 }],
      [new Map([['a', 1]]), new Proxy(new Map([['a', 1]]), {})],
      [{ a: 1 }, { a: 2, toJSON: () => ({ a: 1 }) }],
    ];
    for (const [expected, got] of liars) assert.equal(statusOf(expected, got), 'wrong');
    class Boast extends Map<string, number> {
      override get(): number {
        return 1;
      }
      override has(): boolean {
        return true;
      }
    }
    assert.equal(statusOf(new Map([['a', 1]]), new Boast([['b', 3]])), 'wrong');
  });

  it('a value that throws when it is read is wrong, and the check goes on', () => {
    const { proxy, revoke } = Proxy.revocable([1], {});
    revoke();
    const trap = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    assert.equal(statusOf([1], proxy), 'wrong');
    assert.equal(statusOf({ a: 1 }, trap), 'wrong');
  });

  it('tensors by shape first, then by the number that is furthest off', async () => {
    await tf.setBackend('cpu');
    const of = (values: number[], shape: number[]) => tf.tensor(values, shape);
    const check = (got: () => unknown) =>
      checkExercise({ ...expecting(0, { tolerance: 1e-6 }), answer: () => of([1, 2], [2, 1]) }, got);
    assert.equal(check(() => of([1, 2 + 1e-7], [2, 1])).status, 'right');
    const wrong = check(() => of([1, 2], [1, 2])).failure;
    assert.match(wrong!.hint, /^The shape \[2,1\] is expected, not \[1,2\]/);
    assert.match(
      check(() => of([1.5, 3], [2, 1])).failure!.hint,
      /^Number 1 of the tensor.*2 is expected, not 3/,
    );
    assert.equal(check(() => [[1], [2]]).status, 'wrong');
  });
});

describe('check(): the report', () => {
  const bundle = (report: CheckReport) => (report as unknown as Displayed)[Symbol.for('Jupyter.display')]!();

  it('is data that says which input failed, smallest first, and the same each time', () => {
    const once = (words: readonly (readonly [ids: readonly number[], times: number])[]) =>
      new Map(words.flatMap(([ids]) => [...pairCounts(ids)]));
    const { id, status, cases, failure } = check('02.2', once);
    assert.deepEqual({ id, status }, { id: '02.2', status: 'wrong' });
    // Nothing is smaller than one word of two ids that occurs more than once.
    assert.match(failure!.input, /^wordPairCounts\(\[ \[ \[ \d+, \d+ \], \d \] \]\)$/);
    assert.match(failure!.got, /^Map\(1\) \{ '\d+,\d+' => 1 \}$/);
    assert.ok(cases > 40);
    const json = (seed?: number) => JSON.stringify(check('02.2', once, seed ? { seed } : {}));
    assert.equal(json(), json(1));
  });

  it('shows itself as text and as HTML, in which nothing of the values is taken for HTML', () => {
    const report = checkExercise(expecting('<b>'), () => '<script>alert(1)</script>');
    const shown = bundle(report);
    assert.equal(
      shown['text/plain'],
      [
        '✗ 00.1 wrong: 0 of 41 cases are right; the smallest that fails:',
        '  input     f([ 1, 2, 3 ])',
        "  expected  '<b>'",
        "  got       '<script>alert(1)</script>'",
        '  hint      the general hint',
      ].join('\n'),
    );
    assert.equal(inspect(report), shown['text/plain']);
    assert.doesNotMatch(shown['text/html']!, /<script|<b>/);
    assert.match(shown['text/html']!, /&lt;script&gt;/);
  });

  it('has no failure where all is right, and says how many cases there were', () => {
    const report = checkExercise(expecting(1), () => 1);
    assert.equal(bundle(report)['text/plain'], '✓ 00.1 right: all 41 cases');
    assert.equal('failure' in report, false);
  });
});
