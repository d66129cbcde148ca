/**
 * Linear probes (Alain and Bengio 2016): what can be read off a model's hidden state by a weighted sum and nothing more,
 * the state has made explicit. And the area under the ROC curve, which says how well a score tells two kinds apart.
 */

/** A probe that was fitted. */
export interface Probe {
  /** The probability, from 0 to 1, that a state is of the first kind. */
  readonly predict: (state: ArrayLike<number>) => number;
  /** One for each channel, of states as they come, [C]. */
  readonly weights: Float64Array;
  readonly bias: number;
}

/** How strongly a probe is held back. */
export interface ProbeOptions {
  /**
   * Half of it times the squared weights, of channels scaled to deviation 1, is added to the summed loss; default 1, as
   * in scikit-learn.
   */
  readonly l2?: number;
}

/**
 * Fits logistic regression with an L2 penalty by Newton's method, on channels scaled to mean 0 and deviation 1.
 *
 * @param states Of equal length, [N][C].
 * @param labels Which of them are of the first kind, [N].
 * @throws {RangeError} If there are no states, they differ in length or number, a number is not finite, or all are of one
 *   kind.
 *
 * @example
 * const { predict } = fitProbe([[0, 1], [1, 1], [4, 1], [5, 1]], [false, false, true, true]);
 * [predict([0, 1]) < 0.3, predict([5, 1]) > 0.7] // [true, true]
 */
export function fitProbe(
  states: readonly ArrayLike<number>[],
  labels: readonly boolean[],
  { l2 = 1 }: ProbeOptions = {},
): Probe {
  checkStates(states, labels, l2);
  const { rows, means, deviations } = standardised(states);
  const C = means.length;
  let weights: Float64Array = new Float64Array(C + 1); // the last is the bias
  for (let round = 0; round < 100; round++) {
    const step = newtonStep(rows, labels, weights, l2);
    weights = weights.map((weight, nth) => weight - step[nth]!);
    if (step.every((one) => Math.abs(one) < 1e-9)) break;
  }
  const own = weights.slice(0, C).map((weight, c) => weight / deviations[c]!);
  const bias = weights[C]! - own.reduce((sum, weight, c) => sum + weight * means[c]!, 0);
  const predict = (state: ArrayLike<number>) =>
    logistic(own.reduce((sum, weight, c) => sum + weight * state[c]!, bias));
  return { predict, weights: own, bias };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

function checkStates(states: readonly ArrayLike<number>[], labels: readonly boolean[], l2: number): void {
  const fail = (expected: string, got: unknown): never => {
    throw new RangeError(`Cannot fit a probe: expected ${expected}, got ${got}`);
  };
  if (states.length !== labels.length) fail(`${states.length} labels`, labels.length);
  if (new Set(labels).size < 2) fail('states of both kinds', states.length === 0 ? 'none' : 'one kind alone');
  if (!(l2 > 0)) fail('an l2 above 0', l2);
  const C = states[0]!.length;
  for (const [nth, state] of states.entries()) {
    if (state.length !== C) fail(`states of ${C} channels`, `${state.length} in state ${nth}`);
    const odd = Array.from(state).find((value) => !Number.isFinite(value));
    if (odd !== undefined) fail('finite numbers', `${odd} in state ${nth}`);
  }
}

function standardised(states: readonly ArrayLike<number>[]) {
  const [N, C] = [states.length, states[0]!.length];
  const channels = Array.from({ length: C }, (_, c) => states.map((state) => state[c]!));
  const means = channels.map((values) => values.reduce((sum, x) => sum + x, 0) / N);
  const deviations = channels.map(
    (values, c) => Math.sqrt(values.reduce((sum, x) => sum + (x - means[c]!) ** 2, 0) / N) || 1,
  );
  const rows = states.map((state) =>
    Float64Array.from({ length: C + 1 }, (_, c) => (c === C ? 1 : (state[c]! - means[c]!) / deviations[c]!)),
  );
  return { rows, means, deviations };
}

/** The penalised loss's gradient, divided by its curvature. The bias is not held back. */
function newtonStep(
  rows: readonly Float64Array[],
  labels: readonly boolean[],
  weights: Float64Array,
  l2: number,
): Float64Array {
  const size = weights.length;
  const free = size - 1;
  const gradient = weights.map((weight, nth) => (nth === free ? 0 : l2 * weight));
  const curvature = Array.from({ length: size }, (_, nth) => {
    const row = new Float64Array(size);
    row[nth] = nth === free ? 1e-9 : l2;
    return row;
  });
  for (const [nth, row] of rows.entries()) {
    const p = logistic(row.reduce((sum, x, c) => sum + x * weights[c]!, 0));
    const [error, bend] = [p - Number(labels[nth]), p * (1 - p)];
    for (let i = 0; i < size; i++) {
      gradient[i]! += error * row[i]!;
      const [bent, into] = [bend * row[i]!, curvature[i]!];
      for (let j = 0; j <= i; j++) into[j]! += bent * row[j]!;
    }
  }
  return solveSymmetric(curvature, gradient);
}

/** Solves a positive definite system by Cholesky's decomposition; of the matrix the lower half is read, and overwritten. */
function solveSymmetric(lower: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const solved = right.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = lower[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / lower[j]![j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solved[i]! -= lower[i]![k]! * solved[k]!;
    solved[i]! /= lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solved[i]! -= lower[k]![i]! * solved[k]!;
    solved[i]! /= lower[i]![i]!;
  }
  return solved;
}

/**
 * The area under the ROC curve: how often one of the first kind, drawn at random, has a higher score than one of the
 * other; equal scores count half. 0.5 is a coin, 1 tells all apart.
 *
 * @throws {RangeError} If there are not as many scores as labels, a score is not a number, or all are of one kind.
 *
 * @example
 * rocArea([0.1, 0.4, 0.4, 0.9], [false, true, false, true]) // 0.875
 */
export function rocArea(scores: ArrayLike<number>, labels: readonly boolean[]): number {
  const positives = labels.filter(Boolean).length;
  const negatives = labels.length - positives;
  if (scores.length !== labels.length || positives === 0 || negatives === 0)
    throw new RangeError(
      `Cannot measure an area: expected a score for each label, both kinds among them, got ${scores.length} scores, ${positives} and ${negatives} labels`,
    );
  const order = Array.from(scores, (score, nth) => ({ score, label: labels[nth]! }));
  const odd = order.find(({ score }) => Number.isNaN(score));
  if (odd) throw new RangeError('Cannot measure an area: expected numbers as scores, got NaN');
  order.sort((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
  let [below, area] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    let [first, other] = [0, 0];
    while (to < order.length && order[to]!.score === order[from]!.score) {
      if (order[to]!.label) first++;
      else other++;
      to++;
    }
    area += first * (below + other / 2);
    below += other;
    from = to;
  }
  return area / (positives * negatives);
}
