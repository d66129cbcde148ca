/** The public door: everything a notebook may import, and nothing else happens here. */

export { duration, type Progress, progressLine, progressOf } from './core/progress.js';
export { createRandom, type Random } from './core/random.js';
export { type Size, sized, sizes } from './core/size.js';
export { type CorpusName, corpusNames, readCorpus } from './data/corpora.js';
export type { Document } from './data/document.js';
export { type ShownToken, type TokenView, tokenView } from './plot/tokens.js';
export {
  type BpeModel,
  type BpeTokenizer,
  bpeTokenizer,
  byteTokenizer,
  smallerBpe,
} from './tokenizer/bpe.js';
export { loadTokenizer, saveTokenizer } from './tokenizer/bpeFile.js';
export { mergePair, pairCounts } from './tokenizer/pairs.js';
export { type Split, splitWords } from './tokenizer/split.js';
export { type TiktokenName, tiktokenModel, tiktokenTokenizer } from './tokenizer/tiktoken.js';
export type { Tokenizer } from './tokenizer/tokenizer.js';
export { bytesPerToken, type TokenPiece, tokenPieces } from './tokenizer/tokenPieces.js';
export { type TieBreak, type TrainBpeOptions, trainBpe } from './tokenizer/trainBpe.js';
