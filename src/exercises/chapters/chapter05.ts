/** The exercises of chapter 05: a schedule with straight lines, a step of AdamW, a loss that cannot overflow. */
import type { Random } from '../../core/random.js';
import type { Exercise } from '../exercise.js';

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

/** What AdamW remembers between steps. */
interface Memory {
  readonly step: number;
  readonly means: readonly number[];
  readonly squares: readonly number[];
}

interface Stepped {
  readonly weights: number[];
  readonly memory: Memory;
}

type StepInput = [weights: number[], gradients: number[], memory: Memory, learningRate: number];

/** What may go wrong in a step of AdamW; each mistake sets one. */
interface Slip {
  readonly clip?: 'none' | 'each';
  readonly uncorrected?: boolean;
  readonly decay?: 'none' | 'through the means';
  readonly noRoot?: boolean;
}

function adamWStepWith(slip: Slip, ...[weights, gradients, memory, learningRate]: StepInput): Stepped {
  const length = Math.sqrt(sum(gradients.map((gradient) => gradient ** 2)));
  const scale = length > 1 ? 1 / length : 1;
  const clipped = gradients.map((gradient, nth) => {
    const own = slip.decay === 'through the means' ? 0.1 * weights[nth]! : 0;
    if (slip.clip === 'none') return gradient + own;
    return (slip.clip === 'each' ? Math.max(-1, Math.min(1, gradient)) : gradient * scale) + own;
  });
  const step = memory.step + 1;
  const means = clipped.map((gradient, nth) => 0.9 * memory.means[nth]! + 0.1 * gradient);
  const squares = clipped.map((gradient, nth) => 0.95 * memory.squares[nth]! + 0.05 * gradient ** 2);
  const [early, earlySquare] = slip.uncorrected ? [1, 1] : [1 - 0.9 ** step, 1 - 0.95 ** step];
  const moved = weights.map((weight, nth) => {
    const spread = squares[nth]! / earlySquare;
    const way = means[nth]! / early / ((slip.noRoot ? spread : Math.sqrt(spread)) + 1e-8);
    return weight - learningRate * (way + (slip.decay ? 0 : 0.1 * weight));
  });
  return { weights: moved, memory: { step, means, squares } };
}

const slips: readonly (readonly [slip: Slip, hint: string])[] = [
  [{ clip: 'none' }, 'Gradients that are longer than 1, all together, must be shortened first.'],
  [
    { clip: 'each' },
    'Each number is cut by itself here, which turns the gradient. Shorten all by one factor.',
  ],
  [
    { uncorrected: true },
    'The means began at 0, so they are too small at first: divide by `1 - beta ** step`.',
  ],
  [
    { decay: 'none' },
    'The weight decay is missing: each weight also loses a tenth of itself, times the rate.',
  ],
  [
    { decay: 'through the means' },
    'The decay went into the gradient, and so through the means: that is Adam with L2, not AdamW.',
  ],
  [{ noRoot: true }, 'The mean is divided by the root of the mean square, so that both have the same unit.'],
];

const fresh = (count: number): Memory => ({
  step: 0,
  means: new Array(count).fill(0),
  squares: new Array(count).fill(0),
});

const adamWStep = {
  id: '05.2',
  name: 'adamWStep',
  answer: (...input) => adamWStepWith({}, ...input),
  cases: [
    [[1], [0.5], fresh(1), 0.1],
    [[0], [4], fresh(1), 0.1],
    [[1], [0], { step: 3, means: [0.5], squares: [0.25] }, 0.1],
    [[0, 0], [3, 4], { step: 1, means: [0, 0], squares: [0, 0] }, 1],
    [[1, -2], [0.3, 0.4], { step: 9, means: [0.1, -0.1], squares: [0.04, 0.09] }, 0.01],
  ],
  random: (random, size) => {
    const row = (scale: number) => Array.from({ length: size }, () => (random.integer(200) - 100) / scale);
    const memory = { step: random.integer(50), means: row(100), squares: row(100).map(Math.abs) };
    return [row(50), row(random.pick([20, 400])), memory, random.pick([0.1, 0.01])];
  },
  tolerance: 1e-9,
  mistakes: slips.map(([slip, hint]) => ({
    answer: (...input: StepInput) => adamWStepWith(slip, ...input),
    hint,
  })),
  hint: 'In this order: clip, step + 1, both means, the corrections, the move, the decay.',
} satisfies Exercise<StepInput>;

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

export const chapter05: readonly Exercise[] = [trapezoid, adamWStep, stableSurprise];
