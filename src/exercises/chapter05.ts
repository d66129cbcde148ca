/** The exercises of chapter 05: a schedule with straight lines, bits for each byte, a loss that cannot overflow. */
import type { Random } from '../core/random.js';
import { bitsPerByte } from '../evaluate/bits.js';
import type { Exercise } from './exercise.js';

interface Trapezoid {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly decaySteps: number;
}

/** Piece by piece: up, level, down, nothing. */
function trapezoidAt(step: number, { steps, learningRate, warmupSteps, decaySteps }: Trapezoid): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (step <= steps - decaySteps) return learningRate;
  return step < steps ? (learningRate * (steps - step)) / decaySteps : 0;
}

const shape = { steps: 10, learningRate: 1, warmupSteps: 2, decaySteps: 4 };

const trapezoid = {
  id: '05.1',
  name: 'trapezoid',
  answer: trapezoidAt,
  cases: [
    [0, { ...shape, warmupSteps: 0, decaySteps: 0 }],
    [0, shape],
    [1, shape],
    [4, shape],
    [6, shape],
    [7, shape],
    [9, shape],
    [10, shape],
    [20, shape],
    [0, { ...shape, warmupSteps: 0 }],
    [9, { ...shape, decaySteps: 0 }],
    [3, { ...shape, learningRate: 0.5 }],
  ],
  random: (random, size) => {
    const [warmupSteps, level, decaySteps] = [0, 1, 1].map((least) => least + random.integer(size + 1));
    const steps = warmupSteps! + level! + decaySteps!;
    const learningRate = (1 + random.integer(10)) / 10;
    return [
      random.integer(steps + 3),
      { steps, learningRate, warmupSteps: warmupSteps!, decaySteps: decaySteps! },
    ];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (step, config) =>
        step <= config.warmupSteps && config.warmupSteps > 0
          ? (config.learningRate * step) / config.warmupSteps
          : trapezoidAt(step, config),
      hint: 'Step 0 is an update too and must not have the rate 0: the last step of the warm-up has the full rate.',
    },
    {
      answer: (step, config) => trapezoidAt(step, { ...config, steps: 1e9 }),
      hint: 'The warm-up is there, and the way down is missing.',
    },
    {
      answer: (step, config) => trapezoidAt(step, { ...config, warmupSteps: 0 }),
      hint: 'The way down is there, and the warm-up is missing.',
    },
    {
      answer: (step, config) => {
        const { steps, learningRate, decaySteps } = config;
        return step >= steps && decaySteps > 0
          ? (learningRate * (steps - step)) / decaySteps
          : trapezoidAt(step, config);
      },
      hint: 'After the end the rate stays at 0: a rate below it would climb where it should descend.',
    },
    {
      answer: (step, config) => {
        const { steps, decaySteps } = config;
        return trapezoidAt(decaySteps > 0 && step >= steps - decaySteps ? step + 1 : step, config);
      },
      hint: 'The way down is one step early: step `steps - decaySteps` still has the full rate.',
    },
  ],
  hint: 'Draw it: at which steps do the two lines meet the level stretch, and what are the rates there?',
} satisfies Exercise<[step: number, config: Trapezoid]>;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const textBitsPerByte = {
  id: '05.2',
  name: 'textBitsPerByte',
  answer: (losses, bytes) => bitsPerByte(sum(losses), bytes),
  cases: [
    [[Math.LN2], 1],
    [[0], 1],
    [[Math.LN2, Math.LN2], 1],
    [[1, 2], 1],
    [[1, 2], 4],
    [[3.04, 0.5, 5.66], 7],
  ],
  random: (random, size) => {
    const losses = Array.from({ length: size }, () => random.integer(600) / 100);
    return [losses, 1 + random.integer(4 * size)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (losses, bytes) => sum(losses) / bytes,
      hint: 'These are nats. A bit is a smaller unit: one nat is 1.44 of them.',
    },
    {
      answer: (losses, bytes) => sum(losses) / losses.length / Math.LN2 / bytes,
      hint: 'This divides by the number of tokens as well. The loss of a whole text is the sum of the losses.',
    },
    {
      answer: (losses) => sum(losses) / losses.length / Math.LN2,
      hint: 'These are bits for each token, and tokens have different lengths.',
    },
    {
      answer: (losses, bytes) => (sum(losses) * Math.LN2) / bytes,
      hint: 'The same surprise is a larger number in bits than in nats.',
    },
    {
      answer: (losses, bytes) => sum(losses) / Math.LN10 / bytes,
      hint: 'A bit is a choice between two: its logarithm is to the base of 2, not of 10.',
    },
  ],
  hint: 'Three things: the loss of the whole text, from nats to bits, for each byte.',
} satisfies Exercise<[losses: number[], bytes: number]>;

/** The logarithm of the sum of exponentials, with the largest score taken out first. */
function logSumExp(logits: readonly number[]): number {
  const largest = Math.max(...logits);
  return largest + Math.log(sum(logits.map((logit) => Math.exp(logit - largest))));
}

const softmaxFrom = (logits: readonly number[], origin: number): number[] => {
  const weights = logits.map((logit) => Math.exp(logit - origin));
  return weights.map((weight) => weight / sum(weights));
};

const stableSurprise = {
  id: '05.3',
  name: 'stableSurprise',
  answer: (logits, target) => logSumExp(logits) - logits[target]!,
  cases: [
    [[0], 0],
    [[0, 0], 1],
    [[0, 5], 0],
    [[0, 5], 1],
    [[1, 2, 3], 1],
    [[1000, 1000], 0],
    [[-1000, -1000], 1],
    [[0, 1000], 0],
    [[0, 1000], 1],
  ],
  random: (random: Random, size) => {
    const scale = [1, 10, 1000][random.integer(3)]!;
    const logits = Array.from({ length: 1 + size }, () => (scale * (random.integer(201) - 100)) / 100);
    return [logits, random.integer(logits.length)];
  },
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (logits, target) => -Math.log(softmaxFrom(logits, 0)[target]!),
      hint: 'exp(1000) is more than a number can hold, and exp(-1000) is 0. Softmax does not change when the same number is taken from all scores: which one keeps every exponential at 1 or below?',
    },
    {
      answer: (logits, target) => -Math.log(softmaxFrom(logits, Math.max(...logits))[target]!),
      hint: 'Large scores work now, but a probability too small for a number is 0, and its logarithm -Infinity. The logarithm of a quotient is a difference: of the exponential of the target none need be taken.',
    },
    {
      answer: (logits, target) => logSumExp(logits) - Math.max(...logits) - logits[target]!,
      hint: 'The score of the target and the logarithm have to be measured from the same zero.',
    },
    {
      answer: (logits, target) => logits[target]! - logSumExp(logits),
      hint: 'Surprise is never negative: mind the sign.',
    },
    {
      answer: (logits, target) => Math.exp(logits[target]! - logSumExp(logits)),
      hint: 'This is the probability. The surprise is minus its logarithm.',
    },
    {
      answer: (logits, target) => {
        const largest = Math.max(...logits);
        for (const nth of logits.keys()) logits[nth]! -= largest; // changes what it was given
        return logSumExp(logits) - logits[target]!;
      },
    },
  ],
  hint: 'Write -ln(exp(t) / total) as ln(total) - t, and then ask how ln(total) can be had without large exponentials.',
} satisfies Exercise<[logits: number[], target: number]>;

export const chapter05: readonly Exercise[] = [trapezoid, textBitsPerByte, stableSurprise];
