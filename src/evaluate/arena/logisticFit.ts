/** Logistic regression by Newton's method, for some tens of parameters. */

/** One observation. */
export interface LogisticRow {
  /** Which parameters take part, and with what factor; all others have 0. */
  readonly inputs: readonly (readonly [parameter: number, factor: number])[];
  /** What came of it, 0 to 1. */
  readonly score: number;
}

const [mostRounds, closeEnough] = [100, 1e-11];

/** The parameters with the least sum of log-losses and half of `penalty` times their squares. */
export function logisticFit(rows: readonly LogisticRow[], count: number, penalty: number): number[] {
  let parameters = new Array<number>(count).fill(0);
  for (let round = 0; round < mostRounds; round++) {
    const step = newtonStep(rows, parameters, penalty);
    const size = Math.max(...step.map(Math.abs));
    const share = Math.min(1, 1 / size); // a long step may leave the place where the loss looks like a parabola
    parameters = parameters.map((value, nth) => value + share * step[nth]!);
    if (size < closeEnough) break;
  }
  return parameters;
}

function newtonStep(rows: readonly LogisticRow[], parameters: readonly number[], penalty: number): number[] {
  const downhill = parameters.map((value) => -penalty * value);
  const curvature = parameters.map((_, row) => parameters.map((_, column) => (row === column ? penalty : 0)));
  for (const { inputs, score } of rows) {
    const logit = inputs.reduce((sum, [place, factor]) => sum + parameters[place]! * factor, 0);
    const expected = 1 / (1 + Math.exp(-logit));
    const weight = expected * (1 - expected);
    for (const [row, factor] of inputs) {
      downhill[row]! += (score - expected) * factor;
      for (const [column, other] of inputs) curvature[row]![column]! += weight * factor * other;
    }
  }
  return solved(curvature, downhill);
}

/** The solution of `matrix * x = right` for a symmetric matrix that curves upwards everywhere, by Cholesky's method. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lower = matrix.map((row) => row.map(() => 0));
  const dot = (row: number, column: number, count: number) => {
    let sum = 0;
    for (let nth = 0; nth < count; nth++) sum += lower[row]![nth]! * lower[column]![nth]!;
    return sum;
  };
  for (let row = 0; row < right.length; row++)
    for (let column = 0; column <= row; column++) {
      const rest = matrix[row]![column]! - dot(row, column, column);
      lower[row]![column] = row === column ? Math.sqrt(rest) : rest / lower[column]![column]!;
    }
  const x = [...right];
  for (let row = 0; row < x.length; row++) {
    for (let nth = 0; nth < row; nth++) x[row]! -= lower[row]![nth]! * x[nth]!;
    x[row]! /= lower[row]![row]!;
  }
  for (let row = x.length - 1; row >= 0; row--) {
    for (let nth = row + 1; nth < x.length; nth++) x[row]! -= lower[nth]![row]! * x[nth]!;
    x[row]! /= lower[row]![row]!;
  }
  return x;
}
