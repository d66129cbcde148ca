import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { type NoteHeight, playMelody } from '../../../src/tasks/senses/melody.js';
import { spectrogram } from '../../../src/tasks/senses/spectrogram.js';

const noise = (length: number) => {
  const random = createRandom(1);
  return Float64Array.from({ length }, () => random.normal());
};

/** The power of bin k by Goertzel's recursion, which shares nothing with a fast transform. */
function goertzel(frame: ArrayLike<number>, k: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * k) / frame.length);
  let [last, before] = [0, 0];
  for (let nth = 0; nth < frame.length; nth++) [last, before] = [frame[nth]! + turn * last - before, last];
  return last ** 2 + before ** 2 - turn * last * before;
}

describe('spectrogram()', () => {
  it('gives the power that Goertzel’s algorithm finds, in every bin', () => {
    for (const frameLength of [2, 4, 32, 128]) {
      const samples = noise(frameLength);
      const [frame] = spectrogram(samples, { frameLength, window: 'none' });
      assert.equal(frame!.length, frameLength / 2 + 1);
      for (const [k, power] of frame!.entries())
        assert.ok(Math.abs(power - goertzel(samples, k)) < 1e-4 * frameLength, `bin ${k} of ${frameLength}`);
    }
  });

  it('keeps the energy (Parseval): the powers of all frequencies are N times the squares of the samples', () => {
    const samples = noise(64);
    const [frame] = spectrogram(samples, { frameLength: 64, window: 'none' });
    const twice = frame!.reduce((sum, power, k) => sum + power * (k === 0 || k === 32 ? 1 : 2), 0);
    const squares = samples.reduce((sum, sample) => sum + sample ** 2, 0);
    assert.ok(Math.abs(twice / (64 * squares) - 1) < 1e-6);
  });

  it('finds a sine in its bin and in no other: (N A / 2) squared', () => {
    const sine = Float64Array.from({ length: 128 }, (_, nth) => 3 * Math.sin((2 * Math.PI * 9 * nth) / 128));
    const [frame] = spectrogram(sine, { window: 'none' });
    assert.ok(Math.abs(frame![9]! - (128 * 1.5) ** 2) < 0.01);
    assert.ok(frame!.every((power, k) => k === 9 || power < 1e-6));
  });

  it('with Hann’s window lets a tone between two bins leak less far than without', () => {
    const sine = Float64Array.from({ length: 128 }, (_, nth) => Math.sin((2 * Math.PI * 9.5 * nth) / 128));
    const [plain, faded] = (['none', 'hann'] as const).map((window) => spectrogram(sine, { window })[0]!);
    const far = (frame: Float32Array) => frame.slice(20).reduce((sum, power) => sum + power, 0);
    assert.ok(far(faded!) < far(plain!) / 1000);
  });

  it('cuts frames at every hop, full ones only', () => {
    const samples = noise(40);
    const frames = spectrogram(samples, { frameLength: 16, hop: 8 });
    assert.equal(frames.length, 4);
    assert.deepEqual(frames[2], spectrogram(samples.slice(16, 32), { frameLength: 16 })[0]);
    assert.deepEqual(spectrogram(noise(15), { frameLength: 16 }), []);
  });

  it('refuses frames and hops that there are none of', () => {
    for (const frameLength of [0, 1, 3, 100, -4, Number.NaN])
      assert.throws(() => spectrogram([1], { frameLength }), /expected frames of a power of 2 above 1, got/);
    for (const hop of [0, 1.5, Number.NaN])
      assert.throws(() => spectrogram([1], { hop }), /expected a hop of 1 sample or more, got/);
  });
});

describe('playMelody()', () => {
  const ranges: Readonly<Record<NoteHeight, readonly [number, number]>> = {
    low: [220, 320],
    middle: [420, 600],
    high: [800, 1100],
  };

  it('plays each note where it belongs: the strongest frequency of its stretch lies in its range', () => {
    const heights: NoteHeight[] = ['high', 'low', 'middle'];
    for (let seed = 0; seed < 30; seed++) {
      const samples = playMelody(heights, { random: createRandom(seed), noise: 0 });
      for (const [nth, height] of heights.entries()) {
        const start = nth * 512 + 160; // behind the latest start
        const [frame] = spectrogram(samples.slice(start, start + 256), { frameLength: 256 });
        const hertz = (frame!.indexOf(Math.max(...frame!)) * 4000) / 256;
        const [least, most] = ranges[height];
        assert.ok(hertz > least - 16 && hertz < most + 16, `${height} of seed ${seed}: ${hertz} Hz`);
      }
    }
  });

  it('stays within 1 without noise, and has noise of the spread that was asked for', () => {
    const plain = playMelody(['low', 'high'], { random: createRandom(2), noise: 0 });
    const noisy = playMelody(['low', 'high'], { random: createRandom(2), noise: 0.5 });
    assert.equal(plain.length, 1024);
    assert.ok(plain.every((sample) => Math.abs(sample) <= 1));
    const squares = noisy.reduce((sum, sample, at) => sum + (sample - plain[at]!) ** 2, 0);
    assert.ok(Math.abs(Math.sqrt(squares / 1024) - 0.5) < 0.05);
  });

  it('plays the same for the same seed, and the sample rate changes only how finely', () => {
    const once = (sampleRate: number) =>
      playMelody(['middle'], { random: createRandom(4), noise: 0.1, sampleRate });
    assert.deepEqual(once(4000), once(4000));
    assert.equal(once(8000).length, 1024);
  });

  it('refuses what it cannot play', () => {
    const random = createRandom(1);
    assert.throws(() => playMelody([], { random }), /expected at least one note/);
    assert.throws(
      () => playMelody(['toString' as NoteHeight], { random }),
      /expected low, middle or high, got toString/,
    );
  });
});
