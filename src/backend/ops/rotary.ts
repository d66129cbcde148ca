/**
 * Rotary position embedding (Su et al. 2021), with the pairs of GPT-NeoX and Llama: of a head's D channels, c and
 * c + D/2 are a pair, which turns by the position times a frequency of its own.
 *
 * B = batch, T = time (tokens), C = channels, D = channels of a head.
 */
import { tf } from '../tf.js';
import { checkFloats, type Fused, fused, ownKernel } from './fused.js';

/** How fast the pairs turn. */
export interface RotarySpeed {
  /** Pair c turns by base^(-2c/D) for each position; default 10,000, as in the paper. */
  readonly base?: number;
  /** Slows slow pairs down; default none. */
  readonly scaling?: RotaryScaling;
}

/**
 * Llama 3.1's rule for a window longer than the one that a model was trained with (`rope_type` `llama3` in files of
 * Hugging Face). A pair whose full turn is longer than originalBlockSize / lowFrequencyFactor positions turns `factor`
 * times slower; one whose turn is shorter than originalBlockSize / highFrequencyFactor as before; what lies between
 * goes over from one to the other.
 */
export interface RotaryScaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalBlockSize: number;
}

/** Which heads turn, and from where. */
export interface RotaryOptions extends RotarySpeed {
  readonly nHead: number;
  /** Position of the first token; default 0. */
  readonly start?: number;
}

/**
 * Turns queries or keys by an angle that grows with their position, so that the product of a query and a key depends
 * on the distance between them alone: [B,T,C] -> [B,T,C].
 *
 * @throws {RangeError} If `nHead` is no whole number, or a head does not have an even, whole number of channels.
 * @throws {TypeError} If `x` is not float32.
 *
 * @example
 * const x = tf.tensor3d([[[1, 0], [1, 0]]]);
 * rotary(x, { nHead: 1 }).arraySync() // [[[1, 0], [Math.cos(1), Math.sin(1)]]]
 */
export function rotary(x: tf.Tensor3D, { nHead, start = 0, ...speed }: RotaryOptions): tf.Tensor3D {
  const positions = Float64Array.from({ length: x.shape[1] }, (_, nth) => start + nth);
  const depth = Number.isInteger(nHead) && nHead >= 1 ? x.shape[2] / nHead : 0;
  return tf.tidy(() => rotate(x, rotationAt(positions, depth, speed), { nHead }));
}

/** The cosines and sines of some positions' angles, [N,D/2] each; the caller disposes them. */
export interface Rotation {
  readonly cosines: tf.Tensor2D;
  readonly sines: tf.Tensor2D;
}

/** The rotation of each of N positions, for heads of `depth` channels. */
export function rotationAt(positions: ArrayLike<number>, depth: number, speed: RotarySpeed): Rotation {
  const { cosines, sines, half } = anglesAt(positions, depth, speed);
  const shape: [number, number] = [positions.length, half];
  return { cosines: tf.tensor2d(cosines, shape), sines: tf.tensor2d(sines, shape) };
}

/** As `rotationAt`, as plain arrays. Angles are calculated in double precision. */
export function anglesAt(positions: ArrayLike<number>, depth: number, speed: RotarySpeed) {
  const frequencies = rotaryFrequencies(depth, speed);
  const half = frequencies.length;
  const [cosines, sines] = [
    new Float32Array(positions.length * half),
    new Float32Array(positions.length * half),
  ];
  for (let nth = 0; nth < positions.length; nth++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = positions[nth]! * frequencies[pair]!;
      cosines[nth * half + pair] = Math.cos(angle);
      sines[nth * half + pair] = Math.sin(angle);
    }
  }
  return { cosines, sines, half };
}

/** By how much each pair of a head turns from one position to the next, [D/2], in radians. */
export function rotaryFrequencies(depth: number, { base = 10_000, scaling }: RotarySpeed): Float64Array {
  return Float64Array.from({ length: Math.floor(depth / 2) }, (_, pair) => {
    const frequency = base ** ((-2 * pair) / depth);
    return scaling ? scaled(frequency, scaling) : frequency;
  });
}

function scaled(
  frequency: number,
  { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalBlockSize }: RotaryScaling,
): number {
  const turns = (originalBlockSize * frequency) / (2 * Math.PI); // in the original window
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return kept * frequency + ((1 - kept) * frequency) / factor;
}

/** Which heads of a tensor turn. */
export interface RotatedHeads {
  /** Heads that lie side by side, C / D. */
  readonly nHead: number;
  /** The first so many of them turn; default all. */
  readonly turned?: number;
}

/**
 * Turns the heads of each token by the rotation of its position: [B,T,C] -> [B,T,C], with a gradient.
 *
 * @param rotation Of T positions, the same in each row, or of B*T.
 * @throws {RangeError} If the heads do not have the rotation's channels.
 * @throws {TypeError} If `x` is not float32.
 */
export function rotate(
  x: tf.Tensor3D,
  { cosines, sines }: Rotation,
  { nHead, turned = nHead }: RotatedHeads,
): tf.Tensor3D {
  checkFloats('rotary', x);
  if (!(Number.isInteger(nHead) && nHead >= 1) || x.shape[2] !== 2 * cosines.shape[1] * nHead)
    throw new RangeError(
      `rotary: expected an even number of channels for each of ${nHead} heads, got ${x.shape[2]} in all`,
    );
  const heads = { nHead, turned };
  const own = ownKernel('FusedRotary');
  const byKernel = (x: tf.Tensor3D, rotation: Rotation, direction: 1 | -1) =>
    own!({ x, ...rotation }, { ...heads, direction })[0] as tf.Tensor3D;
  const byParts = (x: tf.Tensor3D, rotation: Rotation, direction: 1 | -1) =>
    turnedBy(x, rotation, { ...heads, direction });
  const again = (...[x, cosines, sines]: tf.Tensor[]) =>
    rotation(x!, { cosines, sines } as Rotation, byParts);
  return fused<tf.Tensor3D>([x], rotation(x, { cosines, sines }, own ? byKernel : byParts), again, [
    cosines,
    sines,
  ]);
}

/** Turns one way, and its gradient the other. */
function rotation(
  x: tf.Tensor,
  { cosines, sines }: Rotation,
  turn: (x: tf.Tensor3D, rotation: Rotation, direction: 1 | -1) => tf.Tensor3D,
): Fused<tf.Tensor3D> {
  return {
    forward: (save) => {
      save(cosines, sines);
      return turn(x as tf.Tensor3D, { cosines, sines }, 1);
    },
    backward: (dy, saved) => {
      const [cosines, sines] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [turn(dy, { cosines, sines }, -1)];
    },
  };
}

function turnedBy(
  x: tf.Tensor3D,
  rotation: Rotation,
  { nHead, turned, direction }: Required<RotatedHeads> & { readonly direction: 1 | -1 },
): tf.Tensor3D {
  const [B, T, C] = x.shape;
  const [rows, half] = rotation.cosines.shape;
  const angles: [number, number, number, number] = [rows === T ? 1 : B, T, 1, half];
  const cosines = rotation.cosines.reshape(angles);
  const sines = rotation.sines.mul(direction).reshape(angles);
  const heads = x.reshape<tf.Tensor4D>([B, T, nHead, 2 * half]);
  const [low, high] = [0, half].map((begin) => heads.slice([0, 0, 0, begin], [B, T, turned, half]));
  const pairs = tf.concat(
    [low!.mul(cosines).sub(high!.mul(sines)), high!.mul(cosines).add(low!.mul(sines))],
    3,
  ); // [B,T,turned,D]
  const still = heads.slice([0, 0, turned, 0], [B, T, nHead - turned, 2 * half]);
  return tf.concat([pairs, still], 2).reshape([B, T, C]);
}
