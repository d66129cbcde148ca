/** The losses of `src/align` beside those that TRL's trainers compute: GRPO and its kin, GSPO, rewards from pairs, DPO. */
import { before, describe, it } from 'node:test';
import { groupAdvantages } from '../../src/align/advantages/groupAdvantages.js';
import { type PolicyLossOptions, policyLoss } from '../../src/align/losses/policyLoss.js';
import { dpoLoss, pairLoss } from '../../src/align/losses/preferenceLosses.js';
import { selectBackend } from '../../src/backend/select.js';
import { tf } from '../../src/backend/tf.js';
import { createRandom } from '../../src/core/random.js';
import { lossAndSlope, madeUpRows } from '../align/plainPolicy.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';

/** Ours, and TRL's name for the same. */
const settings: readonly (readonly [
  PolicyLossOptions,
  { readonly loss: string; readonly longest?: number },
])[] = [
  [{ average: 'sequence' }, { loss: 'grpo' }],
  [{}, { loss: 'bnpo' }],
  [{ clip: 0.2, clipHigh: 0.28 }, { loss: 'dapo' }],
  [{ average: 16 }, { loss: 'dr_grpo', longest: 16 }],
  [{ average: 'sequence', kl: { coefficient: 0.04 } }, { loss: 'grpo' }],
  [{ kl: { coefficient: 0.5 }, clip: 0.1 }, { loss: 'dapo' }],
  [{ ratio: 'sequence', average: 'sequence', clip: 0.05, clipHigh: 0.1 }, { loss: 'grpo' }],
];
const seeds = [1, 2, 3];
const lengths = [3, 1, 5, 2, 9, 4];

const random = createRandom(9);
const drawn = (count: number) => Array.from({ length: count }, () => 2 * random.normal());
const pairs = [0, 0.01].map((centring) => {
  return { better: drawn(6), worse: drawn(6), margin: drawn(6).map(Math.abs), centring };
});
const dpo = [0.1, 0.7].map((beta) => ({ policy: drawn(12), reference: drawn(12), beta }));
const groups = [2, 8].map((samples) => ({ rewards: drawn(24), samples }));

interface Answers {
  readonly policies: readonly { readonly loss: number; readonly slope: number[][] }[];
  readonly pairs: readonly number[];
  readonly dpo: readonly number[];
  readonly groups: readonly number[][];
}

withPeers(import.meta.filename, () => {
  let theirs: Answers;
  before(async () => {
    await selectBackend({ name: 'cpu' });
    const policies = settings.flatMap(([options, names]) =>
      seeds.map((seed) => {
        const rows = madeUpRows(seed, lengths);
        const cut = (row: ArrayLike<number>) =>
          lengths.map((_, nth) => Array.from(row).slice(nth * rows.length, (nth + 1) * rows.length));
        const { clip = 0.2, ratio = 'token', kl } = options;
        const { clipHigh = clip } = options;
        return {
          logProbs: cut(rows.logProbs),
          old: cut(rows.oldLogProbs),
          reference: cut(rows.referenceLogProbs),
          advantages: cut(rows.advantages),
          mask: cut(rows.targets.map((id) => Number(id >= 0))),
          settings: { longest: 1, ...names, clip, clipHigh, ratio, beta: kl?.coefficient ?? 0 },
        };
      }),
    );
    theirs = askPython('trlPeer.py', { policies, pairs, dpo, groups });
  });

  describe('policyLoss()', () => {
    for (const [nth, [options, { loss }]] of settings.entries())
      it(`${JSON.stringify(options)} has the value and the gradient of GRPOTrainer's "${loss}" to 1e-6`, () => {
        for (const [which, seed] of seeds.entries()) {
          const rows = madeUpRows(seed, lengths);
          const { value, slope } = lossAndSlope((x) => policyLoss(x, rows, options), rows.logProbs);
          const their = theirs.policies[nth * seeds.length + which]!;
          assertClose([value], [their.loss], 1e-6, `seed ${seed}`);
          assertClose(slope, their.slope.flat(), 1e-6, `seed ${seed}: gradient`);
        }
      });
  });

  it('groupAdvantages() are TRL’s, with its deviation', () => {
    for (const [nth, { rewards, samples }] of groups.entries())
      assertClose(groupAdvantages(rewards, samples), theirs.groups[nth]!, 1e-6);
  });

  it('pairLoss() is that of RewardTrainer, with margins and centring', () => {
    for (const [nth, { better, worse, ...options }] of pairs.entries()) {
      const ours = tf.tidy(() => pairLoss(tf.tensor1d(better), tf.tensor1d(worse), options).arraySync());
      assertClose([ours], [theirs.pairs[nth]!], 1e-6);
    }
  });

  it('dpoLoss() is that of DPOTrainer', () => {
    for (const [nth, { policy, reference, beta }] of dpo.entries()) {
      const ours = tf.tidy(() =>
        dpoLoss(
          { better: tf.tensor1d(policy.slice(0, 6)), worse: tf.tensor1d(policy.slice(6)) },
          { better: reference.slice(0, 6), worse: reference.slice(6) },
          { beta },
        ).arraySync(),
      );
      assertClose([ours], [theirs.dpo[nth]!], 1e-6);
    }
  });
});
