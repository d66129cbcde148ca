/**
 * TensorFlow.js as every room takes it. It is CommonJS, and `require` gives it in a third of the time of `import`, for
 * which Node first reads its megabyte for the names of its exports; both give the same one.
 */
import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';

export const tf: typeof tfjs = createRequire(import.meta.url)('@tensorflow/tfjs');

/** Its types that are used here. */
export declare namespace tf {
  type BackendValues = tfjs.BackendValues;
  type DataStorage<T> = tfjs.DataStorage<T>;
  type DataType = tfjs.DataType;
  type GradSaveFunc = tfjs.GradSaveFunc;
  type KernelBackend = tfjs.KernelBackend;
  type KernelFunc = tfjs.KernelFunc;
  type NamedTensorInfoMap = tfjs.NamedTensorInfoMap;
  type NamedTensorMap = tfjs.NamedTensorMap;
  type Rank = tfjs.Rank;
  namespace Rank {
    type R1 = tfjs.Rank.R1;
    type R2 = tfjs.Rank.R2;
    type R3 = tfjs.Rank.R3;
  }
  type Scalar = tfjs.Scalar;
  type Tensor<R extends Rank = Rank> = tfjs.Tensor<R>;
  type Tensor1D = tfjs.Tensor1D;
  type Tensor2D = tfjs.Tensor2D;
  type Tensor3D = tfjs.Tensor3D;
  type Tensor4D = tfjs.Tensor4D;
  type TensorInfo = tfjs.TensorInfo;
  type Variable<R extends Rank = Rank> = tfjs.Variable<R>;
}
