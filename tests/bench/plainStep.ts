/**
 * The small training step as tfjs alone does it, on its own wasm backend: `node --import tsx plainStep.ts`. Each line
 * is a number of steps, answered with their times in milliseconds. None of `src/backend` is loaded.
 */
import { createInterface } from 'node:readline';
import { tf } from '../../src/backend/tf.js';
import '@tensorflow/tfjs-backend-wasm';
import { small } from './sizes.js';

const { vocabSize: V, blockSize: T, nLayer, nHead: H, nEmbd: C } = small.config;
const B = small.batchSize;
const matrix = (...shape: number[]) => tf.variable(tf.randomNormal(shape, 0, 0.02)) as tf.Tensor;
const vector = (size: number, value: number) => tf.variable(tf.fill([size], value)) as tf.Tensor;
const norm = () => ({ gain: vector(C, 1), shift: vector(C, 0) });
const linear = (from: number, to: number) => ({ weight: matrix(from, to), bias: vector(to, 0) });

await tf.setBackend('wasm');
const tokens = matrix(V, C);
const positions = matrix(T, C);
const finalNorm = norm();
const layers = Array.from({ length: nLayer }, () => ({
  norm1: norm(),
  norm2: norm(),
  qkv: linear(C, 3 * C),
  out: linear(C, C),
  up: linear(C, 4 * C),
  down: linear(4 * C, C),
}));
const future = tf.linalg
  .bandPart(tf.ones([T, T]), -1, 0)
  .sub(1)
  .mul(1e9); // 0 on the past, -1e9 on the future
const adam = tf.train.adam(1e-3, 0.9, 0.95);

function normalise(x: tf.Tensor, { gain, shift }: ReturnType<typeof norm>): tf.Tensor {
  const centred = x.sub(x.mean(-1, true));
  return centred.mul(centred.square().mean(-1, true).add(1e-5).rsqrt()).mul(gain).add(shift);
}

function project(x: tf.Tensor, { weight, bias }: ReturnType<typeof linear>): tf.Tensor {
  const [inputs, outputs] = weight.shape as [number, number];
  return tf
    .matMul(x.reshape([B * T, inputs]), weight)
    .add(bias)
    .reshape([B, T, outputs]);
}

function attend(qkv: tf.Tensor): tf.Tensor {
  const heads = tf.split(qkv, 3, -1).map((part) => part.reshape([B, T, H, C / H]).transpose([0, 2, 1, 3]));
  const scores = tf
    .matMul(heads[0]!, heads[1]!, false, true)
    .div(Math.sqrt(C / H))
    .add(future);
  return tf.matMul(tf.softmax(scores), heads[2]!).transpose([0, 2, 1, 3]).reshape([B, T, C]);
}

function gelu(x: tf.Tensor): tf.Tensor {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return inner.tanh().add(1).mul(x).mul(0.5);
}

/** Its embedding is a product, since tfjs's wasm has no kernel for the gradient of a look-up. */
function loss(ids: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  const looked = tf.matMul(tf.oneHot(ids.flatten(), V).cast('float32'), tokens).reshape([B, T, C]);
  let x: tf.Tensor = looked.add(positions);
  for (const layer of layers) {
    x = x.add(project(attend(project(normalise(x, layer.norm1), layer.qkv)), layer.out));
    x = x.add(project(gelu(project(normalise(x, layer.norm2), layer.up)), layer.down));
  }
  const logits = tf.matMul(normalise(x, finalNorm).reshape([B * T, C]), tokens, false, true);
  return tf.losses.softmaxCrossEntropy(tf.oneHot(targets, V).cast('float32'), logits);
}

function step(): number {
  const random = (shape: number[]) => tf.randomUniform(shape, 0, V, 'int32');
  const [ids, targets] = [random([B, T]) as tf.Tensor2D, random([B * T]) as tf.Tensor1D];
  const start = performance.now();
  const value = adam.minimize(() => loss(ids, targets), true)!;
  value.dataSync();
  const time = performance.now() - start;
  tf.dispose([ids, targets, value]);
  return time;
}

console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(Array.from({ length: JSON.parse(line) as number }, step)));
}
