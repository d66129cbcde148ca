/** Sorting digits: first from a few demonstrations, then from the model's own answers, rewarded where they are right. */
import * as llm from '../../../src/index.js';

export async function grpo({ digits = 8, width = 64, demos = 100, steps = 580, updates = 200, seed = 1 }) {
  const random = llm.createRandom(seed);
  const task = llm.sortDigits({ digits });
  const tokenizer = llm.symbolTokenizer(task.symbols, { specialTokens: ['<|end|>'] });
  const { vocabSize } = tokenizer;
  const ending = { tokenizer, stopId: vocabSize - 1 };

  // SFT: a fixed set of demonstrations, loss on the answers
  const problems = llm.drawProblems(task, demos, { random });
  const examples = problems.map((problem) => llm.exampleOf(problem, ending));
  const batches = llm.exampleBatches(examples, { batchSize: 64 }, random);
  const shape = { vocabSize, blockSize: 2 * digits + 3, nLayer: 2, nHead: 4, nEmbd: width };
  const tuned = llm.createParams(shape, random);
  const losses: number[] = [];
  const schedule = { steps, learningRate: 2e-3, warmupSteps: steps / 10 };
  for await (const { loss } of llm.pretrain(tuned, batches, schedule)) losses.push(loss);

  // GRPO: 32 problems, 16 answers each, advantage within the group, clipped ratio
  const sampling = { ...ending, maxTokens: digits + 2, random };
  const policy = llm.copyParams(tuned);
  const optimizer = llm.createAdamW(policy, { weightDecay: 0 });
  for (let update = 0; update < updates; update++) {
    const asked = llm.drawProblems(task, 32, { random });
    const answers = llm.rollouts(policy, task, asked, { ...sampling, samples: 16 });
    const rewards = answers.map(({ reward }) => reward);
    const advantages = llm.groupAdvantages(rewards, 16);
    for (const batch of llm.policyBatches(answers, advantages, { parts: 2, random }))
      llm.updateParams(optimizer, () => llm.clippedLoss(policy, batch), 5e-4);
  }

  const exam = llm.drawProblems(task, 100, { random, heldOut: true });
  const [before, after] = [tuned, policy].map((model) => {
    const answers = llm.rollouts(model, task, exam, { ...sampling, samples: 8 });
    const rewards = answers.map(({ reward }) => reward);
    return llm.passRates(rewards, 8);
  });
  return { losses, before: before!, after: after! };
}
