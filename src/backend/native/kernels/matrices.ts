/** Matrix products. */
import { tf } from '../../tf.js';
import { areFloats, type Call, type Kernel, sizeOf } from './kernel.js';

interface MatMul {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** [...,M,K] x [...,K,N] -> [...,M,N], either side transposed; batches equal, or one of them a single matrix. */
export const batchMatMul: Kernel<MatMul> = ({ inputs, attrs, backend }) =>
  product({ inputs, attrs, backend }, null);

/** The same, plus a bias for each column, then an activation. */
export const fusedMatMul: Kernel<MatMul & { readonly activation: string }> = ({ inputs, attrs, backend }) => {
  const { bias, preluActivationWeights } = inputs;
  const { activation } = attrs;
  const kernelName = activations.get(activation);
  if (kernelName === undefined || preluActivationWeights) return undefined;
  if (bias && (!areFloats(bias) || sizeOf(bias.shape) !== bias.shape.at(-1))) return undefined;
  const y = product({ inputs, attrs, backend }, bias ?? null);
  if (!y || kernelName === '') return y;
  const kernel = tf.getKernel(kernelName, 'native').kernelFunc;
  const activated = kernel({ inputs: { x: y }, attrs: {}, backend }) as tf.TensorInfo;
  backend.disposeData(y.dataId);
  return activated;
};

const activations: ReadonlyMap<string, string> = new Map([
  ['linear', ''],
  ['relu', 'Relu'],
  ['sigmoid', 'Sigmoid'],
]);

function product(
  { inputs, attrs, backend }: Call<MatMul>,
  bias: tf.TensorInfo | null,
): tf.TensorInfo | undefined {
  const { a, b } = inputs as { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
  const { transposeA, transposeB } = attrs;
  if (!areFloats(a, b)) return undefined;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [countA, countB] = [sizeOf(batchA), sizeOf(batchB)];
  if (batchA.join() !== batchB.join() && countA !== 1 && countB !== 1) return undefined;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, N] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (K !== inner || (bias && sizeOf(bias.shape) !== N)) return undefined; // tfjs's own kernel says what is wrong
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const { info, values } = backend.output([...batch, M, N]);
  backend.addon.matMul(
    backend.valuesOf(a),
    backend.valuesOf(b),
    values,
    bias ? backend.valuesOf(bias) : null,
    sizeOf(batch),
    M,
    N,
    K,
    transposeA ? 1 : 0,
    transposeB ? 1 : 0,
    countA === 1 ? 0 : M * K,
    countB === 1 ? 0 : K * N,
  );
  return info;
}
