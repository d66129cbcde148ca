import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { drawDigits } from '../../../src/tasks/senses/digits.js';
import { patchesOf } from '../../../src/tasks/senses/picture.js';

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const clear = (digit: number, seed: number) =>
  drawDigits([digit], { random: createRandom(seed), noise: 0 }).pixels;

describe('drawDigits()', () => {
  it('draws an eight over every other digit: it has all strokes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const eight = clear(8, seed);
      for (const digit of digits) {
        const other = clear(digit, seed);
        assert.ok(other.every((bright, at) => bright >= 0 && bright <= eight[at]! && bright <= 1));
      }
    }
  });

  it('draws ten different digits, none of them dark', () => {
    for (let seed = 0; seed < 20; seed++) {
      const pictures = digits.map((digit) => clear(digit, seed).join());
      assert.equal(new Set(pictures).size, 10);
      for (const digit of digits) {
        const light = clear(digit, seed).reduce((sum, bright) => sum + bright, 0);
        assert.ok(light > 4, `${digit} has ${light}`);
      }
    }
  });

  it('draws a digit in its own place: each half of a picture depends on one digit alone, but for the edge', () => {
    const left = ([a, b]: [number, number]) => {
      const { pixels } = drawDigits([a, b], { random: createRandom(3), noise: 0 });
      return pixels.filter((_, at) => at % 16 < 6);
    };
    assert.deepEqual(left([3, 0]), left([3, 9]));
    assert.notDeepEqual(left([3, 0]), left([4, 0]));
  });

  it('adds noise of the spread that was asked for', () => {
    const noisy = drawDigits([1, 1, 1, 1], { random: createRandom(5), noise: 0.3 }).pixels;
    const plain = drawDigits([1, 1, 1, 1], { random: createRandom(5), noise: 0 }).pixels;
    const squares = noisy.reduce((sum, bright, at) => sum + (bright - plain[at]!) ** 2, 0);
    assert.ok(Math.abs(Math.sqrt(squares / noisy.length) - 0.3) < 0.05);
  });

  it('refuses what is no digit', () => {
    const random = createRandom(1);
    for (const wrong of [-1, 10, 1.5, Number.NaN])
      assert.throws(() => drawDigits([wrong], { random }), /expected whole numbers from 0 to 9, got/);
    assert.throws(() => drawDigits([], { random }), /expected at least one/);
    assert.throws(() => drawDigits([1], { random, noise: -1 }), /expected noise of 0 or more, got -1/);
  });
});

describe('patchesOf()', () => {
  it('has every pixel once, where it was', () => {
    const [width, height, size] = [12, 6, 3];
    const pixels = Float32Array.from({ length: width * height }, (_, at) => at);
    const patches = patchesOf({ width, height, pixels }, size);
    assert.equal(patches.length, 8);
    const again = new Float32Array(pixels.length).fill(-1);
    for (const [nth, patch] of patches.entries()) {
      for (const [at, bright] of patch.entries()) {
        const [x, y] = [(nth % 4) * size + (at % size), Math.floor(nth / 4) * size + Math.floor(at / size)];
        again[y * width + x] = bright;
      }
    }
    assert.deepEqual(again, pixels);
  });

  it('is the picture itself where one square fills it', () => {
    const pixels = Float32Array.of(1, 2, 3, 4);
    assert.deepEqual(patchesOf({ width: 2, height: 2, pixels }, 2), [pixels]);
  });

  it('refuses squares that leave something over', () => {
    const picture = { width: 4, height: 6, pixels: new Float32Array(24) };
    for (const size of [3, 4, 0, 1.5, Number.NaN])
      assert.throws(() => patchesOf(picture, size), /expected squares that fill 4 by 6 pixels, got/);
    assert.throws(
      () => patchesOf({ ...picture, pixels: new Float32Array(23) }, 2),
      /expected 24 pixels, got 23/,
    );
  });
});
