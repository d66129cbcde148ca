/** Programs that are wrong: the addon says so before it runs a step. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Addon } from '../../src/backend/native/addon.js';
import type { NativeBackend } from '../../src/backend/native/backend.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { hasCompiler } from './backends.js';

type Call = Parameters<Addon['runProgram']>;

// Numbers of operations and forms as `src/backend/ops/program.ts` has them.
const [embed, addPositions, normByLayer, normByMeanSquare, linear, turn, attend, gelu, swiGlu, add, pick] =
  Array.from({ length: 11 }, (_, nth) => nth) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
const [inOut, outIn, q8] = [0, 1, 2];
const none = -1;

/** One layer of every operation: 2 texts, 3 tokens, 2 heads of 16 channels that share one of keys, 5 logits. */
function wholeCall(): Call {
  const steps = [
    [embed, 0, none, none, 0, none, outIn],
    [addPositions, 1, 0, none, 1, none, inOut],
    [normByLayer, 0, 1, none, 2, 2, inOut],
    [linear, 2, 0, none, 3, none, inOut],
    [turn, 3, 2, none, none, none, inOut],
    [attend, 0, 3, none, 0, none, inOut],
    [linear, 4, 0, none, 5, 2, q8],
    [gelu, 0, 4, none, none, none, inOut],
    [swiGlu, 4, 0, 1, none, none, inOut],
    [add, 0, 4, 1, none, none, inOut],
    [pick, 4, 0, none, none, none, inOut],
    [normByMeanSquare, 0, 4, none, 2, none, inOut],
    [linear, 5, 0, none, 4, none, outIn],
  ];
  const widths = Int32Array.of(32, 32, 64, 64, 32, 5);
  const floats = (size: number) => new Float32Array(size).fill(0.1);
  const [vocabulary, capacity, tokens] = [7, 8, 6];
  const packed = new Uint8Array(32 * 34).fill(1);
  const weights = [
    floats(vocabulary * 32),
    floats(capacity * 32),
    floats(32),
    floats(32 * 64),
    floats(5 * 32),
    packed,
  ];
  const caches = [floats(2 * capacity * 16), floats(2 * capacity * 16)];
  return [
    Int32Array.from(steps.flat()),
    widths,
    weights,
    caches,
    Int32Array.of(1, 2, 3, 6, 5, 4),
    Int32Array.of(1, 0),
    Int32Array.of(0, 5),
    Int32Array.of(2, 3),
    Int32Array.of(1, 5),
    floats(capacity * 8),
    floats(capacity * 8),
    floats(tokens * (32 + 32 + 64 + 64 + 32)),
    floats(2 * 5),
    2,
    3,
    2,
    1,
    capacity,
    1e-5,
  ];
}

if (hasCompiler) {
  describe('a program of the addon', () => {
    let addon: Addon;
    before(async () => {
      await selectBackend({ name: 'native' });
      ({ addon } = tf.backend() as NativeBackend);
    });

    it('runs as it is meant, and writes the picked rows', () => {
      const call = wholeCall();
      call[12].fill(Number.NaN);
      addon.runProgram(...call);
      assert.ok(call[12].every((logit) => Number.isFinite(logit) && logit !== 0));
    });

    it('is refused by name where arrays are too small or numbers out of range', () => {
      const wrong: readonly (readonly [message: RegExp, list: 0 | 1, at: number, value: number])[] = [
        [/names no register/, 0, 1, 6],
        [/names no weight/, 0, 4, 6],
        [/no known operation/, 0, 7, 11],
        [/picked rows alone/, 0, 8, 5],
        [/registers of one width/, 0, 15, 2],
        [/expected weights in floats/, 0, 3 * 7 + 4, 5],
        [/packed weights in blocks of 32/, 0, 3 * 7 + 6, 2],
        [/heads do not fit/, 0, 5 * 7 + 2, 1],
        [/no such layer/, 0, 5 * 7 + 4, 1],
        [/with a width/, 1, 2, 0],
      ];
      for (const [message, list, at, value] of wrong) {
        const call = wholeCall();
        call[list][at] = value;
        assert.throws(() => addon.runProgram(...call), message);
      }
      const replaced = (place: number, value: unknown) => {
        const call = wholeCall() as unknown[];
        call[place] = value;
        return () => addon.runProgram(...(call as Call));
      };
      const ints = (...numbers: number[]) => Int32Array.from(numbers);
      assert.throws(replaced(0, ints(1, 2, 3)), /whole steps/);
      assert.throws(replaced(2, [new Float32Array(3)]), /weights are smaller/);
      assert.throws(replaced(2, [new Float64Array(3)]), /expected a Float32Array or a Uint8Array/);
      assert.throws(replaced(2, 5), /expected an array of typed arrays/);
      assert.throws(replaced(3, [new Float32Array(9), new Float32Array(9)]), /a cache is smaller/);
      assert.throws(replaced(4, ints(1, 2, 3)), /an id for each token/);
      assert.throws(replaced(4, ints(1, 2, 3, 4, 5, 7)), /weights are smaller/);
      assert.throws(replaced(4, ints(1, 2, 3, 4, 5, -1)), /ids of 0 or more/);
      assert.throws(replaced(5, ints(1, 1)), /each slot once/);
      assert.throws(replaced(6, ints(0, 6)), /room for/);
      assert.throws(replaced(7, ints(2, 4)), /1 to T new tokens/);
      assert.throws(replaced(8, ints(1, 6)), /picked rows among/);
      assert.throws(replaced(9, new Float32Array(3)), /angles for each position/);
      assert.throws(replaced(11, new Float32Array(3)), /expected 1344 elements, got 3/);
      assert.throws(replaced(12, new Float32Array(9)), /expected 10 elements, got 9/);
      assert.throws(replaced(13, 2 ** 40), RangeError);
      assert.throws(replaced(13, 0), /an id for each token/);
      assert.throws(replaced(16, 0), /heads of keys/);
      assert.throws(replaced(17, 2 ** 50), RangeError);
    });

    it('with any numbers in it is refused or runs, and never reaches beyond its arrays', () => {
      const random = createRandom(5);
      const numbers = [-(2 ** 31), -1, 0, 1, 2, 3, 4, 5, 7, 16, 64, 2 ** 31 - 1];
      let refused = 0;
      for (let round = 0; round < 3000; round++) {
        const call = wholeCall();
        for (let change = 0; change <= random.integer(3); change++) {
          const list = call[random.pick([0, 0, 0, 1, 4, 5, 6, 7, 8] as const)];
          list[random.integer(list.length)] = random.pick(numbers);
        }
        try {
          addon.runProgram(...call);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
          refused++;
        }
      }
      assert.ok(refused > 1000 && refused < 3000, `${refused}`);
    });
  });
}
