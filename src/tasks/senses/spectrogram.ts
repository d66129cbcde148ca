/** Sound as a row of frames: how much of each frequency is in each short stretch. */

/** How sound is cut up. */
export interface SpectrogramOptions {
  /** Samples in a frame, a power of 2; default 128. */
  readonly frameLength?: number;
  /** Samples from the start of one frame to that of the next; default the length of a frame. */
  readonly hop?: number;
  /** What a frame is multiplied by; `hann` fades it in and out, so that a tone stays in few bins. Default `hann`. */
  readonly window?: 'hann' | 'none';
}

/**
 * The power of each frequency in each frame: the squared size of the discrete Fourier transform. Bin k stands for k whole
 * waves in a frame, that is for `k * sampleRate / frameLength` hertz. A last frame that is not full is left out.
 *
 * @param samples The sound.
 * @returns [frameLength / 2 + 1] for each frame: from bin 0, the mean, to the highest frequency that the samples can hold.
 * @throws {RangeError} If the frame's length is no power of 2 above 1, or the hop no whole number above 0.
 *
 * @example
 * const wave = Float32Array.from({ length: 8 }, (_, nth) => Math.cos((2 * Math.PI * nth) / 4));
 * spectrogram(wave, { frameLength: 8, window: 'none' })[0].map(Math.round) // Float32Array.of(0, 0, 16, 0, 0)
 */
export function spectrogram(
  samples: ArrayLike<number>,
  { frameLength = 128, hop = frameLength, window = 'hann' }: SpectrogramOptions = {},
): Float32Array[] {
  if (!(Number.isInteger(Math.log2(frameLength)) && frameLength >= 2))
    throw new RangeError(`Cannot analyse sound: expected frames of a power of 2 above 1, got ${frameLength}`);
  if (!(Number.isInteger(hop) && hop >= 1))
    throw new RangeError(`Cannot analyse sound: expected a hop of 1 sample or more, got ${hop}`);
  const fade = Float64Array.from({ length: frameLength }, (_, nth) =>
    window === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * nth) / frameLength) : 1,
  );
  const transform = fourier(frameLength);
  const frames = Math.max(0, Math.floor((samples.length - frameLength) / hop) + 1);
  return Array.from({ length: frames }, (_, nth) => {
    const { real, imaginary } = transform(fade.map((share, at) => share * samples[nth * hop + at]!));
    return Float32Array.from({ length: frameLength / 2 + 1 }, (_, k) => real[k]! ** 2 + imaginary[k]! ** 2);
  });
}

/** The discrete Fourier transform of N real numbers, N a power of 2, by halves (Cooley and Tukey, 1965). */
function fourier(N: number) {
  const cos = Float64Array.from({ length: N / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / N));
  const sin = Float64Array.from({ length: N / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / N));
  const order = [0]; // that of the numbers whose places are read backwards, bit by bit
  while (order.length < N) order.push(...order.map((place) => place + N / 2 / order.length));
  return (values: Float64Array): { readonly real: Float64Array; readonly imaginary: Float64Array } => {
    const real = Float64Array.from(order, (place) => values[place]!);
    const imaginary = new Float64Array(N);
    for (let half = 1; half < N; half *= 2) {
      for (let nth = 0; nth < N; nth++) {
        if (nth & half) continue; // the other of a pair
        const [other, turn] = [nth + half, (nth % half) * (N / 2 / half)];
        const re = cos[turn]! * real[other]! - sin[turn]! * imaginary[other]!;
        const im = sin[turn]! * real[other]! + cos[turn]! * imaginary[other]!;
        real[other] = real[nth]! - re;
        imaginary[other] = imaginary[nth]! - im;
        real[nth]! += re;
        imaginary[nth]! += im;
      }
    }
    return { real, imaginary };
  };
}
