/**
 * The fused operations of `src/backend/ops`, under the names by which those ask for them. A further backend offers
 * the same names with the same inputs, attributes and results.
 */
import type { PackedMatrix } from '../../ops/packed.js';
import { packedTypes } from '../../ops/packedTypes.js';
import type { tf } from '../../tf.js';
import { attentionKernels } from './attention.js';
import { arraysOf, type FusedKernel, sizeOf } from './kernel.js';
import { program } from './program.js';

const rowsAndWidth = ({ shape }: tf.TensorInfo): [number, number] => {
  const width = shape.at(-1)!;
  return [width === 0 ? 0 : sizeOf(shape) / width, width];
};

/** x [...,in], weight [in,out], bias [out] or none -> y [...,out]. */
const linear: FusedKernel = ({ inputs: { x, weight, bias }, backend }) => {
  const [inputs, outputs] = weight!.shape as [number, number];
  const y = backend.output([...x!.shape.slice(0, -1), outputs]);
  const [from, matrix] = arraysOf(backend, [x, weight]);
  const added = bias ? backend.valuesOf(bias) : null;
  const rows = sizeOf(x!.shape.slice(0, -1));
  const steps = [rows * inputs, inputs * outputs] as const;
  backend.addon.matMul(from!, matrix!, y.values, added, 1, rows, outputs, inputs, 0, 0, ...steps);
  return y.info;
};

/** x [...,in], a packed matrix of [out,in], bias [out] or none -> y [...,out]. */
const packedLinear: FusedKernel<{ readonly matrix: PackedMatrix }> = ({ inputs, attrs, backend }) => {
  const { x, bias } = inputs;
  const { type, shape, bytes } = attrs.matrix;
  const [outputs, width] = shape;
  const y = backend.output([...x!.shape.slice(0, -1), outputs]);
  const added = bias ? backend.valuesOf(bias) : null;
  const { digits, hasLeast } = packedTypes[type];
  const sizes = [sizeOf(x!.shape.slice(0, -1)), width, outputs, digits, hasLeast ? 1 : 0] as const;
  backend.addon.packedLinear(backend.valuesOf(x!), bytes, y.values, added, ...sizes);
  return y.info;
};

/** dy [...,out], x [...,in], weight [in,out] -> dx, dWeight and, where there is a bias, dBias [out]. */
const linearGrad: FusedKernel<{ readonly hasBias: boolean }> = ({ inputs, attrs: { hasBias }, backend }) => {
  const { dy, x, weight } = inputs;
  const [inputWidth, outputs] = weight!.shape as [number, number];
  const shapes = [x!.shape, weight!.shape, ...(hasBias ? [[outputs]] : [])];
  const results = shapes.map((shape) => backend.output(shape));
  const [dx, dWeight, dBias] = results.map(({ values }) => values);
  const rows = sizeOf(x!.shape.slice(0, -1));
  const read = arraysOf(backend, [dy, x, weight]);
  backend.addon.linearGrad(...read, dx!, dWeight!, dBias ?? null, rows, inputWidth, outputs);
  return results.map(({ info }) => info);
};

/** x [...,C], gain [C], shift [C] -> y, mean [N], scale [N] of the N positions. */
const layerNorm: FusedKernel<{ readonly epsilon: number }> = ({ inputs, attrs, backend }) => {
  const { x, gain, shift } = inputs;
  const [rows, width] = rowsAndWidth(x!);
  const [y, mean, scale] = [backend.output(x!.shape), backend.output([rows]), backend.output([rows])];
  const read = arraysOf(backend, [x, gain, shift]);
  backend.addon.layerNorm(...read, y.values, mean.values, scale.values, rows, width, attrs.epsilon);
  return [y.info, mean.info, scale.info];
};

/** dy, x [...,C], gain [C], mean, scale [N] -> dx, dGain, dShift [C]. */
const layerNormGrad: FusedKernel = ({ inputs, backend }) => {
  const { dy, x, gain, mean, scale } = inputs;
  const [rows, width] = rowsAndWidth(x!);
  const [dx, dGain, dShift] = [backend.output(x!.shape), backend.output([width]), backend.output([width])];
  const read = arraysOf(backend, [dy, x, gain, mean, scale]);
  backend.addon.layerNormGrad(...read, dx.values, dGain.values, dShift.values, rows, width);
  return [dx.info, dGain.info, dShift.info];
};

/** x [...,C], gain [C] -> y, scale [N] of the N positions. */
const rmsNorm: FusedKernel<{ readonly epsilon: number }> = ({ inputs, attrs, backend }) => {
  const { x, gain } = inputs;
  const [rows, width] = rowsAndWidth(x!);
  const [y, scale] = [backend.output(x!.shape), backend.output([rows])];
  backend.addon.rmsNorm(...arraysOf(backend, [x, gain]), y.values, scale.values, rows, width, attrs.epsilon);
  return [y.info, scale.info];
};

/** dy, x [...,C], gain [C], scale [N] -> dx, dGain [C]. */
const rmsNormGrad: FusedKernel = ({ inputs, backend }) => {
  const { dy, x, gain, scale } = inputs;
  const [rows, width] = rowsAndWidth(x!);
  const [dx, dGain] = [backend.output(x!.shape), backend.output([width])];
  const read = arraysOf(backend, [dy, x, gain, scale]);
  backend.addon.rmsNormGrad(...read, dx.values, dGain.values, rows, width);
  return [dx.info, dGain.info];
};

const gelu: FusedKernel = ({ inputs: { x }, backend }) => {
  const y = backend.output(x!.shape);
  backend.addon.gelu(backend.valuesOf(x!), y.values, y.values.length);
  return y.info;
};

const geluGrad: FusedKernel = ({ inputs: { dy, x }, backend }) => {
  const dx = backend.output(x!.shape);
  backend.addon.geluGrad(...arraysOf(backend, [dy, x]), dx.values, dx.values.length);
  return dx.info;
};

const swiGlu: FusedKernel = ({ inputs: { gate, up }, backend }) => {
  const y = backend.output(gate!.shape);
  backend.addon.swiGlu(...arraysOf(backend, [gate, up]), y.values, y.values.length);
  return y.info;
};

/** dy, gate, up -> dGate, dUp. */
const swiGluGrad: FusedKernel = ({ inputs: { dy, gate, up }, backend }) => {
  const [dGate, dUp] = [backend.output(gate!.shape), backend.output(up!.shape)];
  const read = arraysOf(backend, [dy, gate, up]);
  backend.addon.swiGluGrad(...read, dGate.values, dUp.values, dGate.values.length);
  return [dGate.info, dUp.info];
};

/** x [B,T,C], cosines, sines [N,D/2] -> [B,T,C], the first heads turned, or turned back where `direction` is -1. */
const rotary: FusedKernel<{
  readonly nHead: number;
  readonly turned: number;
  readonly direction: 1 | -1;
}> = ({ inputs: { x, cosines, sines }, attrs: { nHead, turned, direction }, backend }) => {
  const [B, T, C] = x!.shape as [number, number, number];
  const y = backend.output(x!.shape);
  const read = arraysOf(backend, [x, cosines, sines]);
  backend.addon.rotary(...read, y.values, B * T, cosines!.shape[0]!, nHead, turned, C / nHead, direction);
  return y.info;
};

/** logits [N,V], targets [N] int32 (-1: not counted) -> losses [N], logSums [N]. */
const crossEntropy: FusedKernel = ({ inputs: { logits, targets }, backend }) => {
  const [rows, width] = logits!.shape as [number, number];
  const [losses, logSums] = [backend.output([rows]), backend.output([rows])];
  const ids = backend.valuesOf<'int32'>(targets!);
  backend.addon.crossEntropy(backend.valuesOf(logits!), ids, losses.values, logSums.values, rows, width);
  return [losses.info, logSums.info];
};

/** dy [], logits [N,V], targets [N], shares [N], logSums [N] -> dLogits [N,V]. */
const crossEntropyGrad: FusedKernel = ({ inputs, backend }) => {
  const { dy, logits, targets, shares, logSums } = inputs;
  const [rows, width] = logits!.shape as [number, number];
  const dLogits = backend.output(logits!.shape);
  const ids = backend.valuesOf<'int32'>(targets!);
  const [from, share, sums] = arraysOf(backend, [logits, shares, logSums]) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  backend.addon.crossEntropyGrad(
    from,
    ids,
    share,
    sums,
    dLogits.values,
    rows,
    width,
    backend.valuesOf(dy!)[0]!,
  );
  return dLogits.info;
};

/** Any number of gradients -> the length of all together, []. */
const globalNorm: FusedKernel = ({ inputs, backend }) => {
  const norm = backend.output([]);
  norm.values[0] = backend.addon.globalNorm(arraysOf(backend, Object.values(inputs)));
  return norm.info;
};

/** AdamW over all parameters, in place. Inputs: parameters, gradients, means, squares, one list after the other. */
const adamW: FusedKernel<{
  readonly learningRate: number;
  readonly decays: readonly number[];
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly step: number;
  readonly gradientScale: number;
}> = ({ inputs, attrs, backend }) => {
  const tensors = Object.values(inputs);
  const count = tensors.length / 4;
  const changed = (nth: number) =>
    tensors.slice(nth * count, (nth + 1) * count).map((tensor) => backend.valuesToChange(tensor));
  const gradients = arraysOf(backend, tensors.slice(count, 2 * count));
  const { learningRate, decays, betas, epsilon, step, gradientScale } = attrs;
  const [parameters, means, squares] = [changed(0), changed(2), changed(3)];
  const all = [parameters, gradients, means, squares] as const;
  backend.addon.adamW(
    ...all,
    Float32Array.from(decays),
    learningRate,
    ...betas,
    epsilon,
    step,
    gradientScale,
  );
  return [];
};

/** By the names that `src/backend/ops` asks for. */
export const fusedKernels: Readonly<Record<string, FusedKernel>> = {
  FusedLinear: linear,
  FusedLinearGrad: linearGrad as FusedKernel,
  FusedPackedLinear: packedLinear as FusedKernel,
  FusedLayerNorm: layerNorm as FusedKernel,
  FusedLayerNormGrad: layerNormGrad,
  FusedRmsNorm: rmsNorm as FusedKernel,
  FusedRmsNormGrad: rmsNormGrad,
  FusedGelu: gelu,
  FusedGeluGrad: geluGrad,
  FusedSwiGlu: swiGlu,
  FusedSwiGluGrad: swiGluGrad,
  FusedRotary: rotary as FusedKernel,
  ...attentionKernels,
  FusedProgram: program as FusedKernel,
  FusedCrossEntropy: crossEntropy,
  FusedCrossEntropyGrad: crossEntropyGrad,
  FusedGlobalNorm: globalNorm,
  FusedAdamW: adamW as FusedKernel,
};
