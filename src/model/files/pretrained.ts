/** What a pretrained model comes with, whatever kind of file it was in. */
import { messageOf } from '../../core/errors.js';
import type { BpeTokenizer } from '../../tokenizer/bpe.js';
import type { VocabularyTokenizer } from '../../tokenizer/vocabularyTokenizer.js';
import { checkGptConfig, type GptConfig } from '../config.js';
import type { GptParams, InferenceParams } from '../params.js';
import type { SampleOptions } from '../sample.js';

/** A model, the tokenizer that it reads by, and how its makers meant it to be used. */
export interface PretrainedModel<Params extends InferenceParams = GptParams> {
  /** The caller frees them with `disposeParams`. */
  readonly params: Params;
  readonly tokenizer: BpeTokenizer | VocabularyTokenizer;
  /** How a conversation is written out for the model, in the template language Jinja. */
  readonly chatTemplate?: string;
  /** Ids that stand before every text that the model reads; often none. */
  readonly startIds: readonly number[];
  /** Ids that end an answer. */
  readonly stopIds: readonly number[];
  /** How its makers draw tokens. */
  readonly sampling?: SampleOptions;
}

/** What is written: a model and its tokenizer, the rest where there is some. */
export type ModelToWrite = Pick<PretrainedModel, 'params' | 'tokenizer'> & Partial<PretrainedModel>;

/**
 * Throws unless the model knows every id of the tokenizer.
 *
 * @throws {SyntaxError} Naming the file or folder.
 */
export function checkVocabulary(
  path: string,
  vocabSize: number,
  tokenizer: { readonly vocabSize: number },
  doing: 'load' | 'write' = 'load',
): void {
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new SyntaxError(
    `Cannot ${doing} ${path}: expected a tokenizer of at most ${vocabSize} ids, as the model has, got ${tokenizer.vocabSize}`,
  );
}

/**
 * Throws unless a model can have this configuration.
 *
 * @throws {SyntaxError} Naming the file.
 */
export function checkConfig(path: string, config: GptConfig): void {
  try {
    checkGptConfig(config);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: ${messageOf(error)}`);
  }
}
