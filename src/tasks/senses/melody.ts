/** Short melodies as sound, played each time a little differently. */
import type { Random } from '../../core/random.js';

/** Heights of a note that an untrained ear can name. */
export type NoteHeight = 'low' | 'middle' | 'high';

/** How a melody is played. */
export interface PlayMelodyOptions {
  /** Decides pitch, loudness, colour, length and noise. */
  readonly random: Random;
  /** Samples a second; default 4,000. */
  readonly sampleRate?: number;
  /** Standard deviation of what is added to each sample; default 0.2. A note alone stays within 1. */
  readonly noise?: number;
}

/** Where the fundamental of a note lies, in hertz. The first overtone of a low note may lie where a middle one does. */
const pitches: { readonly [height in NoteHeight]: readonly [least: number, most: number] } = {
  low: [220, 320],
  middle: [420, 600],
  high: [800, 1100],
};

const noteSeconds = 0.128;

/**
 * Plays notes one after the other, 0.128 seconds each on average: three take 1,536 samples. Each note has a pitch drawn
 * from its range, up to two overtones of random strength, those that the samples can hold, a sudden start and a decay,
 * and begins a little late.
 *
 * @returns The samples; all melodies of as many notes are equally long.
 * @throws {RangeError} If a height is none of the three, or there is no note.
 *
 * @example
 * playMelody(['low', 'high', 'low'], { random: createRandom(1) }).length // 1536
 */
export function playMelody(
  heights: readonly NoteHeight[],
  { random, sampleRate = 4000, noise = 0.2 }: PlayMelodyOptions,
): Float32Array {
  if (heights.length === 0)
    throw new RangeError('Cannot play a melody: expected at least one note, got none');
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  const length = Math.round(heights.length * noteSeconds * sampleRate);
  const samples = Float32Array.from({ length }, () => noise * random.normal());
  for (const [nth, height] of heights.entries()) {
    if (!Object.hasOwn(pitches, height))
      throw new RangeError(`Cannot play a melody: expected low, middle or high, got ${String(height)}`);
    const start = Math.round((nth + between(0, 0.3)) * noteSeconds * sampleRate);
    const end = Math.min(length, Math.round((nth + 1 + between(-0.2, 0)) * noteSeconds * sampleRate));
    const [pitch, decay] = [between(...pitches[height]), between(5, 15)]; // decay per second
    const partials = [1, between(0, 0.6), between(0, 0.3)].flatMap((strength, overtone) => {
      const cycles = (pitch * (overtone + 1)) / sampleRate; // per sample
      const phase = between(0, 2 * Math.PI);
      return cycles < 0.45 ? [{ strength, radians: 2 * Math.PI * cycles, phase }] : [];
    });
    const total = partials.reduce((sum, { strength }) => sum + strength, 0);
    for (let at = start; at < end; at++) {
      const wave = partials.reduce(
        (sum, { strength, radians, phase }) => sum + strength * Math.sin(radians * at + phase),
        0,
      );
      samples[at]! += (wave / total) * Math.exp((-decay * (at - start)) / sampleRate);
    }
  }
  return samples;
}
