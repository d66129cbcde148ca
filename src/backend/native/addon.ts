/** What the C++ addon offers. Each function checks the lengths of its arrays and throws a RangeError. */

type Floats = Float32Array;
type Ints = Int32Array;
/** Elements of four bytes that are only moved. */
type Words = Float32Array | Int32Array;
type Unary = (x: Floats, y: Floats, size: number) => void;
type Binary = (a: Floats, b: Floats, y: Floats, walk: Ints) => void;
type Comparison = (a: Floats, b: Floats, y: Uint8Array, walk: Ints) => void;
type Reduction = (x: Floats, y: Floats, outer: number, length: number, inner: number) => void;
type AlongRows = (x: Floats, y: Floats, rows: number, length: number) => void;

/** Names of the operations on one array. */
export const unaryNames = [
  'abs',
  'ceil',
  'cos',
  'exp',
  'expm1',
  'floor',
  'log',
  'log1p',
  'neg',
  'reciprocal',
  'relu',
  'rsqrt',
  'sigmoid',
  'sign',
  'sin',
  'sqrt',
  'square',
  'tanh',
] as const;

/** The addon, as the C++ sources document it. */
export interface Addon
  extends Readonly<Record<(typeof unaryNames)[number], Unary>>,
    Readonly<
      Record<'add' | 'sub' | 'multiply' | 'divide' | 'maximum' | 'minimum' | 'squaredDifference', Binary>
    >,
    Readonly<Record<'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual', Comparison>>,
    Readonly<Record<'sum' | 'max', Reduction>>,
    Readonly<Record<'softmax', AlongRows>> {
  readonly setThreads: (count: number) => number;
  /** Gives an array's memory back to the system; the array is empty afterwards. */
  readonly release: (array: Floats) => void;
  readonly matMul: (
    a: Floats,
    b: Floats,
    c: Floats,
    bias: Floats | null,
    batch: number,
    M: number,
    N: number,
    K: number,
    transposeA: number,
    transposeB: number,
    stepA: number,
    stepB: number,
  ) => void;
  readonly select: (condition: Uint8Array, t: Floats, e: Floats, y: Floats, size: number) => void;
  readonly castIntsToFloats: (x: Ints, y: Floats, size: number) => void;
  readonly castBytesToFloats: (x: Uint8Array, y: Floats, size: number) => void;
  readonly pick: (x: Words, y: Words, offset: number, walk: Ints) => void;
  readonly place: (x: Words, y: Words, lines: number, width: number, stride: number, offset: number) => void;
  readonly gather: (x: Words, indices: Ints, y: Words, rows: number, width: number, count: number) => void;
  readonly segmentSum: (
    x: Floats,
    segments: Ints,
    y: Floats,
    count: number,
    width: number,
    rows: number,
  ) => void;
  readonly oneHot: (indices: Ints, y: Floats, count: number, depth: number, on: number, off: number) => void;
  /** Arrays first, then sizes, as each kernel's C++ comment lists them. */
  readonly layerNorm: (...args: readonly (Floats | number)[]) => void;
  readonly layerNormGrad: Addon['layerNorm'];
  readonly linearGrad: (...args: readonly (Floats | null | number)[]) => void;
  readonly rmsNorm: Addon['layerNorm'];
  readonly rmsNormGrad: Addon['layerNorm'];
  readonly gelu: Addon['layerNorm'];
  readonly geluGrad: Addon['layerNorm'];
  readonly swiGlu: Addon['layerNorm'];
  readonly swiGluGrad: Addon['layerNorm'];
  readonly rotary: Addon['layerNorm'];
  readonly attention: Addon['cachedAttention'];
  readonly attentionGrad: Addon['cachedAttention'];
  readonly cachedAttention: (...args: readonly (Floats | Ints | number)[]) => void;
  readonly crossEntropy: (...args: readonly (Floats | Ints | number)[]) => void;
  readonly crossEntropyGrad: Addon['crossEntropy'];
  readonly packedLinear: (
    x: Floats,
    matrix: Uint8Array,
    y: Floats,
    bias: Floats | null,
    rows: number,
    inputs: number,
    outputs: number,
    digits: number,
    hasLeast: number,
  ) => void;
  /** Arrays first, then sizes. */
  readonly runProgram: (
    steps: Ints,
    widths: Ints,
    weights: readonly (Floats | Uint8Array)[],
    caches: readonly Floats[],
    ids: Ints,
    slots: Ints,
    starts: Ints,
    counts: Ints,
    picked: Ints,
    cosines: Floats,
    sines: Floats,
    scratch: Floats,
    y: Floats,
    B: number,
    T: number,
    nHead: number,
    nKvHead: number,
    capacity: number,
    epsilon: number,
  ) => void;
  readonly globalNorm: (gradients: readonly Floats[]) => number;
  readonly adamW: (
    parameters: readonly Floats[],
    gradients: readonly Floats[],
    means: readonly Floats[],
    squares: readonly Floats[],
    decays: Floats,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    step: number,
    gradientScale: number,
  ) => void;
}
