/**
 * A policy-gradient step on a small model: log-probabilities through `tokenLogProbs`, beside the same loss put together
 * from tfjs's `logSumExp` and `gather`, which takes one logit of each row, or places in the rows joined by hand. They
 * take turns, on the backend that is chosen by default.
 */
import { tokenLogProbs } from '../../dist/backend/ops/crossEntropy.js';
import { selectBackend } from '../../dist/backend/select.js';
import { createRandom } from '../../dist/core/random.js';
import { createParams, disposeParams } from '../../dist/model/params.js';
import { createAdamW } from '../../dist/train/adamW.js';
import { type Batch, batchLogits } from '../../dist/train/loss.js';
import { updateParams } from '../../dist/train/step.js';
import { tf } from '../../src/backend/tf.js';
import { type Measurement, median } from './measurement.js';

type LogProbs = (logits: tf.Tensor2D, targets: ArrayLike<number>) => tf.Tensor1D;

const [batchSize, length, rounds] = [64, 64, 20];

export async function measurePolicySteps(): Promise<Measurement[]> {
  const { name } = await selectBackend();
  return [52, 1024].flatMap((vocabSize) => measured(vocabSize, name));
}

function measured(vocabSize: number, backend: string): Measurement[] {
  const random = createRandom(1);
  const params = createParams({ vocabSize, blockSize: length, nLayer: 2, nHead: 4, nEmbd: 64 }, random);
  const optimizer = createAdamW(params);
  const ids = () => Int32Array.from({ length: batchSize * length }, () => random.integer(vocabSize));
  const batch: Batch = { batchSize, length, inputs: ids(), targets: ids() };
  const advantages = tf.tensor1d(Float32Array.from({ length: batchSize * length }, random.normal));
  const step = (logProbs: LogProbs) => {
    const start = performance.now();
    const loss = () => logProbs(batchLogits(params, batch), batch.targets).mul(advantages).mean().neg();
    updateParams(optimizer, loss as () => tf.Scalar, 1e-4);
    return performance.now() - start;
  };
  const ways: readonly LogProbs[] = [tokenLogProbs, byRow, byPlace];
  const times = ways.map((): number[] => []);
  for (let round = -3; round < rounds; round++) {
    for (const [nth, way] of ways.entries()) {
      const time = step(way);
      if (round >= 0) times[nth]!.push(time); // the first ones are slower
    }
  }
  optimizer.dispose();
  disposeParams(params);
  advantages.dispose();
  const [value, ...others] = times.map(median);
  return ['gather by row', 'gather by place'].map((peer, nth) => ({
    name: `policy gradient, ${backend}: a step, ${vocabSize} tokens`,
    value: value!,
    unit: 'ms',
    peer,
    peerValue: others[nth]!,
  }));
}

function byRow(logits: tf.Tensor2D, targets: ArrayLike<number>): tf.Tensor1D {
  const ids = tf.tensor2d(Int32Array.from(targets), [targets.length, 1], 'int32');
  return tf.gather(logits, ids, 1, 1).reshape<tf.Tensor1D>([-1]).sub(tf.logSumExp(logits, 1));
}

function byPlace(logits: tf.Tensor2D, targets: ArrayLike<number>): tf.Tensor1D {
  const [N, V] = logits.shape;
  const places = Int32Array.from(targets, (id, nth) => nth * V + id);
  const picked = tf.gather(logits.reshape<tf.Tensor1D>([N * V]), tf.tensor1d(places, 'int32'));
  return picked.sub(tf.logSumExp(logits, 1));
}
