/** Bits per byte, multiple choice, contamination, baselines, ablations, pass rates, interrogation, probes, agreement, Elo, arena. */

export { type AblationOptions, type AblationRun, ablation, type Variant } from './ablation.js';
export { cohensKappa, fleissKappa } from './agreement.js';
export { answerStyle } from './arena/answerStyle.js';
export {
  type ArenaAnswer,
  type Battle,
  battleGames,
  type Contestant,
  type Judge,
  judgeByReward,
  type StyleFeatures,
  type Winner,
} from './arena/battle.js';
export { type BattleOptions, battlesOf } from './arena/battles.js';
export { type ArenaRatingOptions, arenaRatings } from './arena/ratings.js';
export {
  type StyleControl,
  type StyleControlOptions,
  type StyleEffect,
  styleControl,
} from './arena/styleControl.js';
export { type WinRates, winRates } from './arena/winRates.js';
export { type BigramModel, bigramModel } from './bigram.js';
export { bitsPerByte, evaluateLoss, targetBytes } from './bits.js';
export { type CalibrationRow, calibrationRows } from './calibration.js';
export {
  type Contamination,
  type ContaminationOptions,
  contamination,
  type FoundRuns,
} from './contamination.js';
export { type DocumentLoss, type DocumentLossOptions, documentLosses } from './documentLosses.js';
export { eloDifference, eloExpected, eloRatings, type RatedGame } from './elo.js';
export { type HellaSwagOptions, readHellaSwag, readHellaSwagItems } from './hellaSwag.js';
export { type Interrogated, type InterrogateOptions, interrogate } from './interrogate.js';
export { eloLadder, type LadderOptions, type LadderRow } from './ladder.js';
export { lastStates } from './lastStates.js';
export {
  type ByChoice,
  type ChoiceAccuracy,
  type ChoiceItem,
  type ChoiceScore,
  choiceAccuracy,
  type EndingScore,
  type MultipleChoiceOptions,
  multipleChoice,
} from './multipleChoice.js';
export { type CountNgramsOptions, countNgrams, type NgramCounts, type NgramLevel } from './ngrams/counts.js';
export type { Discounts } from './ngrams/discounts.js';
export { type NgramModel, type NgramModelOptions, ngramModel } from './ngrams/model.js';
export { type PassRates, passRates } from './passRates.js';
export { fitProbe, type Probe, type ProbeOptions, rocArea } from './probe.js';
