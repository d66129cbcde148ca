/** Learning from rewards and preferences: answers of one's own, advantages, policy losses, reward models, self-play. */

export { type AdvantageOptions, groupAdvantages } from './advantages.js';
export { clippedLoss, type PolicyBatch, policyBatches } from './policy.js';
export { createRewardModel, pairLoss, type RewardModel, textRewards } from './rewardModel.js';
export { type Rollout, type RolloutOptions, rollouts } from './rollouts.js';
export {
  type GameBatch,
  type GameBatchOptions,
  type GameLoss,
  type GameLossOptions,
  gameBatch,
  gameLoss,
} from './selfPlay/gameLoss.js';
export {
  createGameModel,
  type GameModelShape,
  type Judgement,
  judgePositions,
} from './selfPlay/gameModel.js';
export type { GameMeasure } from './selfPlay/gameStep.js';
export { type ImitateOptions, type ImitateReport, imitate } from './selfPlay/imitate.js';
export { type NetworkPlayerOptions, networkPlayer } from './selfPlay/networkPlayer.js';
export { type SearchPlayOptions, type SearchPlayReport, searchPlay } from './selfPlay/searchPlay.js';
export { type SelfPlayOptions, type SelfPlayReport, selfPlay } from './selfPlay/selfPlay.js';
export type { RootNoise } from './selfPlay/tree.js';
export { type Searched, type SearchOptions, searchPlayer, treeSearch } from './selfPlay/treeSearch.js';
