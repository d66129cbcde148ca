/** Learning from rewards and preferences: answers of one's own, advantages, losses, reward models, trainers, self-play. */

export { type AdaptiveKl, type AdaptiveKlOptions, adaptiveKl } from './advantages/adaptiveKl.js';
export {
  type GeneralizedAdvantageOptions,
  type GeneralizedAdvantages,
  generalizedAdvantages,
} from './advantages/generalizedAdvantages.js';
export { type AdvantageOptions, groupAdvantages } from './advantages/groupAdvantages.js';
export {
  type JudgedAnswer,
  meanKl,
  type TokenRewardOptions,
  tokenRewards,
} from './advantages/tokenRewards.js';
export { whiten } from './advantages/whiten.js';
export { type Answer, type AnswerOptions, answerLogProbs, drawAnswers } from './answers.js';
export type { AnswerRows, Average } from './losses/average.js';
export { entropy } from './losses/entropy.js';
export { type KlEstimator, klEstimate } from './losses/klEstimate.js';
export {
  clippedLoss,
  type PolicyLossOptions,
  type PolicyRows,
  policyLoss,
  reinforceLoss,
} from './losses/policyLoss.js';
export {
  bestOfKLoss,
  type DpoLossOptions,
  dpoLoss,
  type PairLogProbs,
  type PairLossOptions,
  pairLoss,
} from './losses/preferenceLosses.js';
export { type ValueRows, valueLoss } from './losses/valueLoss.js';
export {
  type PolicyAnswer,
  type PolicyBatch,
  type PolicyBatchOptions,
  policyBatches,
} from './policyBatches.js';
export {
  answerValues,
  createRewardModel,
  type RewardModel,
  type RewardModelOptions,
  scoreTexts,
  textRewards,
  tokenValues,
} from './rewardModel/rewardModel.js';
export { rewardScale } from './rewardModel/rewardScale.js';
export {
  type LabellerOptions,
  type SimulatedLabeller,
  simulatedLabeller,
} from './rewardModel/simulatedLabeller.js';
export {
  type PreferencePair,
  pairAccuracy,
  type RewardReport,
  type TrainRewardOptions,
  trainRewardModel,
} from './rewardModel/trainRewardModel.js';
export { type Rollout, rollouts, taskRewards } from './rollouts.js';
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
export type { AlignReport, AlignRunOptions } from './trainers/alignRun.js';
export type { AttemptOptions, AttemptReport, Reward } from './trainers/attempts.js';
export { type BestOfNOptions, bestOfN } from './trainers/bestOfN.js';
export { type CompletionPair, type DpoOptions, type DpoReport, dpo } from './trainers/dpo.js';
export {
  type ExpertIterationOptions,
  type ExpertReport,
  expertIteration,
} from './trainers/expertIteration.js';
export { type GrpoOptions, type GrpoReport, grpo } from './trainers/grpo.js';
export { type PpoOptions, type PpoReport, ppo } from './trainers/ppo.js';
