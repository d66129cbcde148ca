/** Text to token ids and back. */

export {
  type BpeModel,
  type BpeTokenizer,
  bpeTokenizer,
  byteTokenizer,
  smallerBpe,
} from './bpe.js';
export { countTokens } from './countTokens.js';
export { type Split, type SplitName, splitWords } from './engine/split.js';
export { loadTokenizer, saveTokenizer } from './files/bpeFile.js';
export { type HuggingFaceTokenizer, loadHuggingFaceTokenizer } from './files/huggingFaceRead.js';
export {
  type HuggingFaceTokenizerOptions,
  saveHuggingFaceTokenizer,
} from './files/huggingFaceWrite.js';
export { tiktokenModel, tiktokenTokenizer } from './files/tiktoken.js';
export {
  loadTiktokenTokenizer,
  saveTiktokenTokenizer,
  type TiktokenTokenizerOptions,
} from './files/tiktokenFile.js';
export type { TiktokenName } from './files/tiktokenNames.js';
export { mergeSteps } from './mergeSteps.js';
export { mergePair, pairCounts } from './pairs.js';
export { encodeSpecials, type SpecialsOptions } from './specials.js';
export { decodeStream, type StreamDecoder, streamDecoder } from './streamDecoder.js';
export { symbolTokenizer } from './symbolTokenizer.js';
export { mergeCounts, tokenCounts } from './tokenCounts.js';
export type { Tokenizer } from './tokenizer.js';
export { type TokenKind, tokenKinds } from './tokenKinds.js';
export { tokenOffsets } from './tokenOffsets.js';
export { bytesPerToken, type TokenPiece, tokenPieces } from './tokenPieces.js';
export { type TieBreak, type TrainBpeOptions, trainBpe, trainBpeAsync } from './trainBpe.js';
export {
  type VocabularyModel,
  type VocabularyTokenizer,
  vocabularyTokenizer,
} from './vocabularyTokenizer.js';
export { withSpecialTokens } from './withSpecialTokens.js';
