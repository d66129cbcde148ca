/**
 * Logistic regression over few features out of many, trained by stochastic gradient descent. A target may be anything from
 * 0 to 1, so a score on a scale is a target as well as a yes or no.
 */
import type { Random } from '../../core/random.js';

/** The features that one example has, each with the same value, and what the answer should be. */
export interface SparseExample {
  readonly ids: Int32Array;
  readonly value: number;
  readonly target: number;
}

/** Weights for all features, and what is added to their sum. */
export interface LinearModel {
  readonly weights: Float32Array | Float64Array;
  bias: number;
}

/** How a model is trained. */
export interface DescentOptions {
  /** How often each example is seen. */
  readonly epochs: number;
  /** Size of the first step; it falls to 0 in a line, as fastText's does. */
  readonly learningRate: number;
  /** Weight of half the squared weights in the loss, on the features of an example. */
  readonly decay: number;
}

/** The model's answer, from 0 to 1. */
export function answerOf(
  { weights, bias }: LinearModel,
  { ids, value }: Omit<SparseExample, 'target'>,
): number {
  let sum = 0;
  for (const id of ids) sum += weights[id]!;
  return 1 / (1 + Math.exp(-(bias + value * sum)));
}

/** The cross-entropy between target and answer, nats. */
export function lossOf(model: LinearModel, example: SparseExample): number {
  const answer = answerOf(model, example);
  return -example.target * Math.log(answer) - (1 - example.target) * Math.log(1 - answer);
}

/** What the loss changes with the logit: times `value` it is the gradient of each of the example's weights. */
export function slopeOf(model: LinearModel, example: SparseExample): number {
  return answerOf(model, example) - example.target;
}

/** Trains a model in place. The same examples and random numbers give the same weights. */
export function descend(
  model: LinearModel,
  examples: readonly SparseExample[],
  { epochs, learningRate, decay }: DescentOptions,
  random: Random,
): void {
  const { weights } = model;
  const steps = epochs * examples.length;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const example of random.shuffle(examples)) {
      const rate = learningRate * (1 - step++ / steps);
      const slope = slopeOf(model, example);
      for (const id of example.ids)
        weights[id] = weights[id]! - rate * (slope * example.value + decay * weights[id]!);
      model.bias -= rate * slope;
    }
  }
}
