/** A reward model: a noisy judge likes the text of a pair that has more ones; new pairs tell what was learned. */
import * as llm from '../../../src/index.js';

export function rewardModel({ pairs = 256, steps = 32, noise = 0.2, seed = 1 }) {
  const random = llm.createRandom(seed);
  const text = () => Array.from({ length: 4 + random.integer(5) }, () => random.integer(4));
  const ones = (ids: number[]) => ids.filter((id) => id === 1).length;
  const pair = (): number[][] => {
    const two = [text(), text()].sort((one, other) => ones(other) - ones(one));
    return ones(two[0]!) > ones(two[1]!) ? two : pair();
  };
  const judged = () => (random.uniform() < noise ? pair().reverse() : pair());
  const training = Array.from({ length: pairs }, judged);
  const side = (some: number[][][], nth: 0 | 1) => some.map((two) => two[nth]!);
  const shape = { vocabSize: 4, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 };
  const model = llm.createRewardModel(llm.createParams(shape, random));
  const rewards = (texts: number[][]) => llm.textRewards(model, texts);
  const optimizer = llm.createAdamW(model.variables);
  for (let step = 0; step < steps; step++) {
    const some = random.shuffle(training).slice(0, 32);
    const loss = () => llm.pairLoss(rewards(side(some, 0)), rewards(side(some, 1)));
    llm.updateParams(optimizer, loss, 5e-3);
  }
  const exam = Array.from({ length: 300 }, pair);
  return [rewards(side(exam, 0)).dataSync(), rewards(side(exam, 1)).dataSync()] as const;
}
