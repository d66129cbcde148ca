/** Learning from rewards and preferences: answers of one's own, advantages, policy losses, reward models. */

export { type AdvantageOptions, groupAdvantages } from './advantages.js';
export { clippedLoss, type PolicyBatch, policyBatches } from './policy.js';
export { createRewardModel, pairLoss, type RewardModel, textRewards } from './rewardModel.js';
export { type Rollout, type RolloutOptions, rollouts } from './rollouts.js';
