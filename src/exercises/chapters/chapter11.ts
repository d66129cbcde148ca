/** The exercises of chapter 11: PPO's bounded gain, rewards on a leash, a leash that adapts. */
import type { Random } from '../../core/random.js';
import type { Exercise } from '../exercise.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const between = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

type Row = readonly number[];

/** The gain of each token, made of its ratio and its bounded ratio. */
function gainsOf(
  logProbs: Row,
  oldLogProbs: Row,
  clip: number,
  gain: (ratio: number, bounded: number, nth: number) => number,
): number[] {
  return logProbs.map((logProb, nth) => {
    const ratio = Math.exp(logProb - oldLogProbs[nth]!);
    return gain(ratio, between(ratio, 1 - clip, 1 + clip), nth);
  });
}

const logProbsOf = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => -Math.round(30 * random.uniform()) / 10);

const twice = Math.log(2);

const clippedGain = {
  id: '11.1',
  name: 'clippedGain',
  answer: (logProbs, oldLogProbs, advantages, clip) =>
    mean(
      gainsOf(logProbs, oldLogProbs, clip, (ratio, bounded, nth) =>
        Math.min(ratio * advantages[nth]!, bounded * advantages[nth]!),
      ),
    ),
  cases: [
    [[-1], [-1], [1], 0.2],
    [[twice], [0], [1], 0.2],
    [[twice], [0], [-1], 0.2],
    [[-twice], [0], [1], 0.2],
    [[-twice], [0], [-1], 0.2],
    [[twice], [0], [1], 0.5],
    [[-1, -2], [-1, -2], [1, 2], 0.2],
    [[0, twice], [0, 0], [1, 1], 0.2],
  ],
  random: (random, size) => [
    logProbsOf(random, size),
    logProbsOf(random, size),
    Array.from({ length: size }, () => Math.round(20 * random.normal()) / 10),
    (1 + random.integer(4)) / 10,
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        mean(gainsOf(logProbs, oldLogProbs, clip, (ratio, _, nth) => ratio * advantages[nth]!)),
      hint: 'The bound is missing: a token that is twice as likely as before gains no more than 1 + clip.',
    },
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        mean(gainsOf(logProbs, oldLogProbs, clip, (_, bounded, nth) => bounded * advantages[nth]!)),
      hint: 'Always bounded: then a token that was blamed and has become likelier anyway is no longer pulled back. Take the smaller of the two gains.',
    },
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        mean(
          gainsOf(
            logProbs,
            oldLogProbs,
            clip,
            (ratio, bounded, nth) => Math.min(ratio, bounded) * advantages[nth]!,
          ),
        ),
      hint: 'The smaller of the two gains, not of the two ratios: for a negative advantage that is the larger ratio.',
    },
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        mean(
          gainsOf(oldLogProbs, logProbs, clip, (ratio, bounded, nth) =>
            Math.min(ratio * advantages[nth]!, bounded * advantages[nth]!),
          ),
        ),
      hint: 'The ratio is new over old: the exponential of the new log-probability less the old one.',
    },
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        gainsOf(logProbs, oldLogProbs, clip, (ratio, bounded, nth) =>
          Math.min(ratio * advantages[nth]!, bounded * advantages[nth]!),
        ).reduce((sum, one) => sum + one, 0),
      hint: 'This is the sum; the mean over the tokens is asked for.',
    },
    {
      answer: (logProbs, oldLogProbs, advantages, clip) =>
        -mean(
          gainsOf(logProbs, oldLogProbs, clip, (ratio, bounded, nth) =>
            Math.min(ratio * advantages[nth]!, bounded * advantages[nth]!),
          ),
        ),
      hint: 'This is the loss. The gain has the other sign.',
    },
  ],
  hint: 'For each token the ratio, the ratio kept between 1 - clip and 1 + clip, the smaller of both times the advantage; then the mean.',
} satisfies Exercise<[logProbs: Row, oldLogProbs: Row, advantages: Row, clip: number]>;

/** Penalties of each token, and the score where it is wanted. */
function leashed(own: Row, reference: Row, beta: number, add: (nth: number) => number): number[] {
  return own.map((logProb, nth) => beta * (reference[nth]! - logProb) + add(nth));
}

const rewardsOnLeash = {
  id: '11.2',
  name: 'rewardsOnLeash',
  answer: (own, reference, score, beta) =>
    leashed(own, reference, beta, (nth) => (nth === own.length - 1 ? score : 0)),
  cases: [
    [[-1], [-1], 2, 0.5],
    [[-3], [-1], 0, 0.5],
    [[-1], [-2], 1, 0.1],
    [[-1, -2], [-2, -2], 1, 0.1],
    [[-1, -1, -1], [-2, -3, -4], 5, 0],
    [[-1, -1, -1], [-2, -3, -4], 5, 0.1],
  ],
  random: (random, size) => [
    logProbsOf(random, size),
    logProbsOf(random, size),
    random.integer(5) - 2,
    random.integer(5) / 10,
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (own, reference, score, beta) =>
        leashed(own, reference, -beta, (nth) => (nth === own.length - 1 ? score : 0)),
      hint: 'The sign of the penalty: a token that the policy finds likelier than the reference costs something.',
    },
    {
      answer: (own, reference, score, beta) => leashed(own, reference, beta, () => score),
      hint: 'The score belongs to the whole answer: it comes once, at the last token.',
    },
    {
      answer: (own, reference, score, beta) => leashed(own, reference, beta, () => score / own.length),
      hint: 'The score is not spread over the tokens: all of it comes at the last.',
    },
    {
      answer: (own, reference, score, beta) =>
        own.map((logProb, nth) => (nth === own.length - 1 ? score : beta * (reference[nth]! - logProb))),
      hint: 'The last token pays for its distance too; the score comes on top.',
    },
    {
      answer: (own, _, score, beta) =>
        own.map((logProb, nth) => -beta * logProb + (nth === own.length - 1 ? score : 0)),
      hint: 'The penalty is for the distance to the reference: its log-probability has to be in it.',
    },
    {
      answer: (own, reference, score, beta) =>
        own.map(
          (logProb, nth) =>
            beta * (Math.exp(reference[nth]!) - Math.exp(logProb)) + (nth === own.length - 1 ? score : 0),
        ),
      hint: 'The difference is one of log-probabilities, not of probabilities.',
    },
  ],
  hint: 'beta times (reference less own) at every token, and the score added to the last.',
} satisfies Exercise<[own: Row, reference: Row, score: number, beta: number]>;

interface Steering {
  readonly target: number;
  readonly horizon: number;
  readonly samples: number;
}

const stronger = (beta: number, error: number, { samples, horizon }: Steering): number =>
  beta * (1 + (error * samples) / horizon);

const usual: Steering = { target: 6, horizon: 10_000, samples: 100 };

const nextBeta = {
  id: '11.3',
  name: 'nextBeta',
  answer: (beta, kl, steering) => stronger(beta, between(kl / steering.target - 1, -0.2, 0.2), steering),
  cases: [
    [1, 6, usual],
    [1, 6.6, usual],
    [1, 5.4, usual],
    [1, 60, usual],
    [1, 0, usual],
    [0.1, 12, usual],
    [1, 2, { target: 2, horizon: 64, samples: 64 }],
    [1, 100, { target: 1, horizon: 64, samples: 64 }],
    [1, 1.1, { target: 1, horizon: 64, samples: 32 }],
  ],
  random: (random, size) => [
    (1 + random.integer(10)) / 10,
    random.integer(3 * size) / 2,
    { target: 1 + random.integer(size), horizon: 100 * (1 + random.integer(9)), samples: 8 * size },
  ],
  tolerance: 1e-12,
  mistakes: [
    {
      answer: (beta, kl, steering) => stronger(beta, kl / steering.target - 1, steering),
      hint: 'The error has to stay between -0.2 and 0.2, or one wild batch throws the leash away.',
    },
    {
      answer: (beta, kl, steering) => stronger(beta, between(kl - steering.target, -0.2, 0.2), steering),
      hint: 'The error is relative: how many times the target the distance is, less 1.',
    },
    {
      answer: (beta, kl, steering) => stronger(beta, -between(kl / steering.target - 1, -0.2, 0.2), steering),
      hint: 'The wrong way round: a policy that is too far away needs a stronger leash.',
    },
    {
      answer: (beta, kl, steering) =>
        beta * (1 + between(kl / steering.target - 1, -0.2, 0.2) / steering.horizon),
      hint: 'The horizon counts answers, not updates: the samples of this update belong in it.',
    },
    {
      answer: (beta, kl, steering) =>
        beta + (between(kl / steering.target - 1, -0.2, 0.2) * steering.samples) / steering.horizon,
      hint: 'Beta is multiplied, so that it changes by the same share whatever it is.',
    },
    {
      answer: (beta, kl, steering) => stronger(beta, Math.min(0.2, kl / steering.target - 1), steering),
      hint: 'There are two bounds: the error is not below -0.2 either.',
    },
  ],
  hint: 'The bounded error times samples over horizon is the share by which beta grows.',
} satisfies Exercise<[beta: number, kl: number, steering: Steering]>;

export const chapter11: readonly Exercise[] = [clippedGain, rewardsOnLeash, nextBeta];
