/** Rotary position embedding (Su et al. 2021), with the pairs of GPT-NeoX and Llama. */
import * as tf from '@tensorflow/tfjs';
import { checkFloats, fused, ownKernel } from './fused.js';

/** How far positions turn. */
export interface RotaryOptions {
  readonly nHead: number;
  /** The slowest pair turns about `base` times slower than the fastest; default 10,000, as in the paper. */
  readonly base?: number;
  /** Position of the first token; default 0. */
  readonly start?: number;
}

/**
 * Turns queries or keys by an angle that grows with their position, so that the product of a query and a key depends
 * on the distance between them alone: [B,T,C] -> [B,T,C]. Of a head's D channels, c and c + D/2 are a pair, which turns
 * by position / base^(2c/D).
 *
 * @throws {RangeError} If `nHead` is no whole number, or a head does not have an even, whole number of channels.
 * @throws {TypeError} If `x` is not float32.
 *
 * @example
 * const x = tf.tensor3d([[[1, 0], [1, 0]]]);
 * rotary(x, { nHead: 1 }).arraySync() // [[[1, 0], [Math.cos(1), Math.sin(1)]]]
 */
export function rotary(x: tf.Tensor3D, { nHead, base = 10_000, start = 0 }: RotaryOptions): tf.Tensor3D {
  checkFloats('rotary', x);
  if (!(Number.isInteger(nHead) && nHead >= 1) || x.shape[2] % (2 * nHead) !== 0)
    throw new RangeError(
      `rotary: expected an even number of channels for each of ${nHead} heads, got ${x.shape[2]} in all`,
    );
  const turn = (x: tf.Tensor3D, direction: 1 | -1): tf.Tensor3D => {
    const config = { nHead, base, start, direction };
    const own = ownKernel('FusedRotary');
    return own ? (own({ x }, config)[0] as tf.Tensor3D) : composed(x, config);
  };
  return fused<tf.Tensor3D>([x], { forward: () => turn(x, 1), backward: (dy) => [turn(dy, -1)] });
}

function composed(
  x: tf.Tensor3D,
  { nHead, base, start, direction }: Required<RotaryOptions> & { direction: 1 | -1 },
): tf.Tensor3D {
  const [B, T, C] = x.shape;
  const half = C / nHead / 2;
  const angles = Float64Array.from(
    { length: T * half },
    (_, at) => (start + Math.floor(at / half)) * base ** (-(at % half) / half),
  );
  const cosines = tf.tensor(Float32Array.from(angles, Math.cos), [T, 1, half]);
  const sines = tf.tensor(
    Float32Array.from(angles, (angle) => direction * Math.sin(angle)),
    [T, 1, half],
  );
  const heads = x.reshape<tf.Tensor4D>([B, T, nHead, 2 * half]);
  const [low, high] = [0, half].map((begin) => heads.slice([0, 0, 0, begin], [-1, -1, -1, half]));
  const turned = [low!.mul(cosines).sub(high!.mul(sines)), high!.mul(cosines).add(low!.mul(sines))];
  return tf.concat(turned, 3).reshape([B, T, C]);
}
