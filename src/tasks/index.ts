/** Problems whose answers can be checked, for SFT, RL and evaluation alike, texts of which all is known, pictures and sounds, and games. No tensors. */

export { type ComparisonOptions, comparisons, type NumberKind } from './comparisons.js';
export { type CountdownOptions, countdown } from './countdown.js';
export { type DigitSumOptions, digitSums } from './digitSums.js';
export type { Game, Player, Position } from './games/game.js';
export {
  type MatchResult,
  type Pairing,
  type PlayedGame,
  type PlayOptions,
  playGames,
  playMatch,
} from './games/playGames.js';
export { connect3, connectFour, type RowGameOptions, rowGame, ticTacToe } from './games/rowGames.js';
export {
  perfectPlayer,
  type ScriptOptions,
  safeMoves,
  scriptedPlayer,
  winningMoves,
} from './games/scripted.js';
export { solver } from './games/solve.js';
export { heldOut } from './heldOut.js';
export { type CountLettersOptions, countLetters, spelling } from './letters.js';
export { longestOpinion, type OpinionScore, type OpinionTask, opinions } from './opinions.js';
export {
  type PlantedDocument,
  type PlantedOptions,
  type PlantedWorld,
  plantedDocuments,
} from './plantedDocuments.js';
export { type ProductOptions, products } from './products.js';
export {
  type ContextLine,
  type ContextLineOptions,
  type ContextLines,
  repeatsAndRecall,
} from './repeatsAndRecall.js';
export { type DrawDigitsOptions, drawDigits } from './senses/digits.js';
export { type NoteHeight, type PlayMelodyOptions, playMelody } from './senses/melody.js';
export { type Picture, patchesOf } from './senses/picture.js';
export { type SpectrogramOptions, spectrogram } from './senses/spectrogram.js';
export {
  type Attribute,
  type Person,
  type SmallWorld,
  type SmallWorldOptions,
  smallWorld,
} from './smallWorld.js';
export { sortDigits } from './sortDigits.js';
export { type AnswerStyle, type StyledSumOptions, styledSums } from './styledSums.js';
export { type DrawOptions, drawProblems, type Problem, type Task } from './task.js';
export { type WordProblemOptions, wordProblems } from './wordProblems.js';
